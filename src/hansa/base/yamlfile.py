"""YAML of a city's folder as frozen values, with file, line and field in every refusal.

A city is a folder of YAML that people write by hand, so an error must point at the line.
PyYAML gives the nodes with their lines; msgspec checks the shape and names the path of what is
wrong; this module joins the two.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from hansa.base.problems import BadFile

T = TypeVar("T")

_LARGEST = 5_000_000
_DEEPEST = 100
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def load(path: Path, shape: type[T]) -> T:
    """The file as a value of `shape` (a frozen msgspec Struct); BadFile says what is wrong."""
    node, data = _parse(path)
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(path, node, str(error)) from error


def load_member(path: Path, shape: type[T], *steps: str | int) -> T:
    """What stands at the member that the steps lead to, as a value of `shape`; {} if nothing."""
    node, data = _parse(path)
    for step in steps:
        data = data.get(step, {}) if isinstance(data, dict) else data[int(step)]
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        raise _refused(path, node, str(error), steps) from error


def load_plain(path: Path) -> Any:
    """The file as plain dicts, lists and scalars."""
    return _parse(path)[1]


def line_of(path: Path, *steps: str | int) -> str:
    """`file:line` of the member that the steps lead to (or of the nearest one above it)."""
    node, _ = _parse(path)
    return _place(path, node, list(steps))


def _parse(path: Path) -> tuple[yaml.Node | None, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"is larger than {_LARGEST} bytes", where=str(path))
        text = path.read_text(encoding="utf-8")
        _check_depth(text, path)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return node, None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except FileNotFoundError as error:
        raise BadFile("there is no such file", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise BadFile(
            f"is not UTF-8 (byte {error.start})", where=str(path), remedy="save it as UTF-8"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(
            str(error.problem or error), where=f"{path}:{line}", rule="YAML 1.1"
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadFile(f"is not YAML: {error}", where=str(path)) from error


def _check_depth(text: str, path: Path) -> None:
    """Refuse what would make libyaml, which composes nodes by recursion, leave its stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadFile(f"is nested more than {_DEEPEST} levels deep", where=f"{path}:{line}")


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is many times as fast


class _Loader(_Base):  # type: ignore[misc]
    """Safe YAML in which a key may stand only once."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        seen.add(key)
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _refused(
    path: Path, node: yaml.Node | None, message: str, above: Sequence[str | int] = ()
) -> BadFile:
    detail, _, trail = message.partition(" - at `")
    steps: list[str | int] = list(above)
    for name, index in _STEP.findall(trail.rstrip("`").removeprefix("$")):
        steps.append(name or (int(index) if index.isdigit() else index))
    if found := re.search(r"unknown field `([^`]+)`", detail):
        steps.append(found.group(1))
    field = ".".join(str(step) for step in steps)
    return BadFile(detail, where=_place(path, node, steps) + (f" {field}" if field else ""))


def _place(path: Path, node: yaml.Node | None, steps: list[str | int]) -> str:
    line = 1
    for step in steps:
        node, mark = _child(node, step)
        if mark is None:
            break
        line = mark
    return f"{path}:{line}"


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, int | None]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return node, None
