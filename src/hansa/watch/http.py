"""Rules and suppressions over HTTP: parse, call, render."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData, Forbidden, ResourceNotFound
from hansa.base.rights import Right, at
from hansa.base.times import parse_instant
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.guard import View
from hansa.watch import planning
from hansa.watch.drafts import Draft
from hansa.watch.overview import overview, source_of
from hansa.watch.plan import CONSUMER
from hansa.watch.render import ALERT
from hansa.watch.rules import Rule
from hansa.watch.suppression import REASONS
from hansa.watch.trial import trial_document, try_rules

_TAGS = ("watch",)
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 256 * 1024
_LONGEST = timedelta(days=184)
_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_SPAN: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["from", "to"],
    "properties": {
        "from": _MOMENT,
        "to": _MOMENT,
        "text": {**_TEXT, "description": "A file of rules that is not in force, to try instead"},
    },
}
_WISH: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["until", "reason"],
    "properties": {
        "rule": _TEXT,
        "sector": _TEXT,
        "entity": _TEXT,
        "area": {"type": "object", "description": "A GeoJSON polygon"},
        "from": {**_MOMENT, "description": "Absent: at once"},
        "until": _MOMENT,
        "reason": {"type": "string", "enum": list(REASONS)},
        "note": {"type": "string", "maxLength": 1000},
    },
}


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of a trial."""

    from_: str = msgspec.field(name="from")
    to: str
    text: str | None = None


class Watch:
    """The handlers over one city's rules. One trial runs at a time: it takes a core."""

    def __init__(self, city: City, rules: Sequence[Rule]) -> None:
        self._city = city
        self._rules = {rule.id: rule for rule in rules}
        self._trying = asyncio.Lock()

    async def many(self, request: Request) -> Response:
        """Every rule with what it says now."""
        _check_sees(request.view)
        rows = await overview(self._city, request.view, tuple(self._rules.values()))
        return json_response(rows, headers=_PRIVATE)

    async def one(self, request: Request) -> Response:
        """A rule with the file in which it stands."""
        _check_sees(request.view)
        rule = self._rule(request)
        (row,) = await overview(self._city, request.view, (rule,))
        text = await asyncio.to_thread(source_of, rule)
        return json_response({**row, "text": text}, headers=_PRIVATE)

    async def test(self, request: Request) -> Response:
        """When a rule would have fired."""
        guard = self._city.guard
        guard.through(request.grant, CONSUMER)
        span = _span(await request.json(_BODY))
        after, before = _moments(span)
        rule = await self._tried(request, span)
        view = guard.view(guard.machine(CONSUMER, self._city.world))
        async with self._trying:
            trial = await try_rules(self._city, view, (rule,), after, before)
        return json_response(trial_document(trial), headers=_PRIVATE)

    async def suppressions(self, request: Request) -> Response:
        """Those planned, in force and over."""
        _check_sees(request.view)
        rows = await planning.listed(self._city, request.view)
        return json_response({"suppressions": rows, "reasons": REASONS}, headers=_PRIVATE)

    async def plan(self, request: Request) -> Response:
        """Plan one."""
        sectors = frozenset(one.name for one in self._city.vocabulary.sectors)
        wish = planning.parse_wish(await request.json(_BODY), frozenset(self._rules), sectors)
        name = await planning.plan(self._city, request.grant, wish)
        return json_response({"id": name}, status=201)

    async def cancel(self, request: Request) -> Response:
        """End one now."""
        name = check_uri(request.path_params["id"], "id")
        await planning.cancel(self._city, request.grant, name)
        return json_response({"id": name})

    def _rule(self, request: Request) -> Rule:
        found = self._rules.get(request.path_params["id"])
        if found is None:
            raise ResourceNotFound(f"there is no rule {request.path_params['id']}", where="id")
        return found

    async def _tried(self, request: Request, span: Span) -> Rule:
        """The rule in force, or the one of that id in a text that is not."""
        if span.text is None:
            return self._rule(request)
        draft = Draft(self._city.vocabulary, self._city.settings)
        rules = await asyncio.to_thread(draft.rules, span.text)
        wanted = request.path_params["id"]
        found = next((rule for rule in rules if rule.id == wanted), None)
        if found is None:
            raise ResourceNotFound(f"the text has no rule {wanted}", where="text")
        return found


def _check_sees(view: View) -> None:
    if not view.admits((ALERT,)):
        raise Forbidden("the role sees no alerts and so no rules", rule="guard/roles.yaml: sees")


def _span(body: Any) -> Span:
    try:
        return msgspec.convert(body, Span)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


def _moments(span: Span) -> tuple[datetime, datetime]:
    after, before = parse_instant(span.from_), parse_instant(span.to)
    if not after < before <= after + _LONGEST:
        raise BadRequestData("a span has a begin, then an end, at most 184 days apart", where="to")
    return after, before


def routes(city: City, rules: Sequence[Rule]) -> tuple[Route, ...]:
    """Every route of the watch."""
    watch, one, planned = Watch(city, rules), "/watch/rules/{id}", "/watch/suppressions"
    return (
        _get("/watch/rules", watch.many, "The rules: what they say now, when they fired last"),
        _get(one, watch.one, "A rule with the file in which it stands"),
        _post(
            f"{one}/test",
            watch.test,
            "When the rule would have fired in a span, how often, how long",
            _SPAN,
            {200: "OK", 404: "No such rule", 422: "The text is no file of rules: line, field"},
        ),
        _get(planned, watch.suppressions, "Suppressions, the newest first"),
        _post(planned, watch.plan, "Plan a suppression", _WISH, {201: "Planned: its id"}),
        _post(
            f"{planned}/{{id}}/cancel",
            watch.cancel,
            "End a suppression now",
            {"type": "object", "additionalProperties": False, "properties": {}},
            {200: "Ended", 404: "No such suppression", 409: "It is over already"},
        ),
    )


def _get(path: str, handler: Callable[[Request], Awaitable[Response]], words: str) -> Route:
    operation = Operation(words, _TAGS)
    right = Right(sees=(ALERT,))  # who sees no alerts sees no rules
    return Route("GET", path, handler, operation=operation, strict=True, right=right)


def _post(
    path: str,
    handler: Callable[[Request], Awaitable[Response]],
    words: str,
    body: dict[str, Any],
    answers: dict[int, str],
) -> Route:
    operation = Operation(words, _TAGS, request={"application/json": body}, responses=answers)
    return Route(
        *("POST", path, handler),
        operation=operation,
        body_limit=_BODY,
        strict=True,
        right=at(CONSUMER),
    )
