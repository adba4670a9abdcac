"""From a raw path to a route: a trie of segments.

A trailing slash is tolerated and never redirected; a known path with an unknown method is
405 with `Allow`, an unknown path 404; encoded or bare dot segments are refused (400).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes

from hansa.base.problems import InvalidRequest, MethodNotAllowed, ResourceNotFound
from hansa.base.web.route import Route

_PARAMETER = re.compile(r"\{(\w+)(\.\.\.)?\}")
_HIDDEN_DOT = re.compile(r"%2e", re.IGNORECASE)


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)
    rest: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class Router:
    """Finds the route of a request; built once from the whole table."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node, names, table = self._root, [], None
        for segment in _template(route.path):
            found = _PARAMETER.fullmatch(segment)
            if found is None:
                node = node.children.setdefault(segment, _Node())
                continue
            names.append(found[1])
            if found[2]:
                table = node.rest
                break
            node.parameter = node.parameter or _Node()
            node = node.parameter
        table = node.routes if table is None else table
        if route.method in table:
            raise ValueError(f"{route.method} {route.path} is routed twice")
        table[route.method] = (route, tuple(names))

    def find(self, method: str, raw_path: bytes) -> tuple[Route, Mapping[str, str]]:
        """The route and its path parameters, decoded. HEAD falls back to GET.

        Raises ResourceNotFound, MethodNotAllowed and, for dot segments, InvalidRequest.
        """
        table, values = self._table(raw_path, method)
        found = table.get(method) or (table.get("GET") if method == "HEAD" else None)
        if found is None:
            allowed = ", ".join(_allowed(table))
            raise MethodNotAllowed(f"{method} is not known here", rule=f"allowed: {allowed}")
        route, names = found
        return route, dict(zip(names, values, strict=True))

    def allowed(self, raw_path: bytes) -> tuple[str, ...]:
        """The methods that the path knows; raises ResourceNotFound where it is unknown."""
        return _allowed(self._table(raw_path)[0])

    def _table(
        self, raw_path: bytes, method: str = ""
    ) -> tuple[dict[str, tuple[Route, tuple[str, ...]]], tuple[str, ...]]:
        """The methods at a path. A slash at the end is nothing, unless only an empty last
        parameter knows the method: then the handler refuses the empty value by its own rule.
        """
        segments = _segments(raw_path)
        found = _walk(self._root, segments, ())
        if raw_path.endswith(b"/") and (found is None or method not in found[0]):
            deeper = _walk(self._root, (*segments, ""), ())
            if deeper is not None and method in deeper[0]:
                found = deeper
        if found is None:
            raise ResourceNotFound("nothing is served at this path")
        return found


def _template(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _segments(raw_path: bytes) -> tuple[str, ...]:
    parts = raw_path.split(b"/")[1:]
    if parts and not parts[-1]:
        parts.pop()
    try:
        decoded = tuple(unquote_to_bytes(part).decode("utf-8") for part in parts)
    except UnicodeDecodeError as error:
        raise InvalidRequest("the path is not UTF-8", rule="RFC 3986, 2.5") from error
    for segment in decoded:
        if segment in (".", "..") or _HIDDEN_DOT.search(segment) or "\x00" in segment:
            raise InvalidRequest(
                f"the path segment {unquote(segment)!r} is not served", rule="RFC 3986, 3.3"
            )
    return decoded


def _walk(
    node: _Node, segments: tuple[str, ...], values: tuple[str, ...]
) -> tuple[dict[str, tuple[Route, tuple[str, ...]]], tuple[str, ...]] | None:
    if not segments:
        if node.routes:
            return node.routes, values
        return (node.rest, (*values, "")) if node.rest else None
    head, tail = segments[0], segments[1:]
    found = None
    if (child := node.children.get(head)) is not None:
        found = _walk(child, tail, values)
    if found is None and node.parameter is not None:
        found = _walk(node.parameter, tail, (*values, head))
    if found is None and node.rest:
        found = node.rest, (*values, "/".join(segments))
    return found


def _allowed(table: Mapping[str, object]) -> tuple[str, ...]:
    extra = {"OPTIONS"} | ({"HEAD"} if "GET" in table else set())
    return tuple(sorted(set(table) | extra))
