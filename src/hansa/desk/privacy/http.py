"""The privacy officer's page over HTTP: parse, call, render.

What a person is searched by stands in a body, never in a path or a query that servers log. Who may
is asked before anything is read.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import OWN, Right, over
from hansa.base.times import format_instant
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.base.web.route import Handler
from hansa.context import City, Query, TypeIs, world_member
from hansa.desk.privacy import breaches, erasing, holds, persons
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.register import csv_of, personal_of, register, say
from hansa.desk.privacy.retention import count, next_sweep
from hansa.desk.privacy.sheets import Sheets
from hansa.guard import Grant, Kind, entry_of

_TAGS = ("privacy",)
_OFFICER, _LOOKS = over("erasure"), over("erasure", "journal")
_ACTS = Right(works=("privacy",), manages=("erasure",))
_PRIVATE = (("Cache-Control", "no-store"),)
_BODY = 64 * 1024
_PAGE = 200
_TEXT: Mapping[str, Any] = {"type": "string"}
_WHOLE: Mapping[str, Any] = {"type": "integer"}
_LIST: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_BY: Mapping[str, Any] = {
    "type": "object",
    "description": "One of them",
    "additionalProperties": False,
    "properties": {"telephone": _TEXT, "email": _TEXT, "name": _TEXT, "entity": _TEXT},
}
_LANGUAGE = Parameter("language", "Language of the sheet")
_FORMAT = Parameter("format", "json, csv or html")
S = TypeVar("S", bound=msgspec.Struct)


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By what a person is searched."""

    by: dict[str, str]


class Export(About, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same, as a file."""

    format: str = "json"
    language: str = "en"


class Expecting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The change number looked at."""

    expect: int


class Privacy:
    """The handlers over one city."""

    def __init__(self, city: City, settings: PrivacySettings) -> None:
        self._city = city
        self._settings = settings

    # ---- for everybody

    async def profile(self, _: Request) -> Response:
        """What the city refuses, so that a form need not ask for it."""
        catalogue, city = self._city.guard.catalogue, self._city.settings
        refused = {
            name: [
                one
                for one in personal_of(catalogue, name, tuple(definition.attributes))
                if catalogue.tells((name,), one) not in ("text", "address", "key")
            ]
            for name, definition in self._city.vocabulary.types.items()
        }
        told = {
            "profile": city.profile,
            "refuses": {k: v for k, v in refused.items() if v} if city.impersonal else {},
        }
        return json_response(told, headers=_PRIVATE)

    # ---- register and retention

    async def register(self, request: Request) -> Response:
        """The register of processing."""
        self._city.guard.check_manage(request.grant, "journal")
        told, form = register(self._city, self._settings), request.query.get("format") or "json"
        language = request.query.get("language") or "en"
        if form == "json":
            return json_response(told, headers=_PRIVATE)
        if form == "csv":
            return self._file(csv_of(told, language), "text/csv; charset=utf-8", "register.csv")
        if form == "html":
            made = Sheets(self._city, language).register(told)
            return self._file(made, "text/html; charset=utf-8", "register.html")
        raise BadRequestData(f"{form!r} is not json, csv or html", where="format")

    async def flows(self, request: Request) -> Response:
        """The data-flow sheet, for the printer."""
        self._city.guard.check_manage(request.grant, "journal")
        language = request.query.get("language") or "en"
        page = await self._city.read(request.view, Query(types=TypeIs("DataSource")))
        sources = [say(one.value("title") or {}, language) or one.id for one in page.entities]
        made = Sheets(self._city, language).flows(register(self._city, self._settings), sources)
        return self._file(made, "text/html; charset=utf-8", "data-flow.html", inline=True)

    async def retention(self, request: Request) -> Response:
        """The rules with how they stand, the holds, and what was erased."""
        grant = self._answering(request)
        now, held = self._city.clock.now(), await holds.all_holds(self._city, grant)
        live = holds.Held(held, now)
        rules = []
        for rule in self._settings.rules:
            found = await count(self._city, grant, rule, live)
            rules.append(
                {
                    **{n: getattr(rule, n) for n in ("key", "words", "type", "days", "because")},
                    "records": found.records,
                    "over": found.over,
                    "held": found.held,
                    "resting": rule.key in live.rules,
                    "next": found.next and format_instant(found.next),
                }
            )
        told = {
            "now": format_instant(now),
            **world_member(self._city.world),
            "sweep": format_instant(next_sweep(self._settings, self._city.settings.zone, now)),
            "rules": rules,
            "holds": [holds.told(one, now) for one in held],
        }
        return json_response(told, headers=_PRIVATE)

    async def erasures(self, request: Request) -> Response:
        """What was erased when, by whom and by which rule, newest first."""
        self._answering(request)
        before = request.query.whole("before")
        more = {} if before is None else {"before": before}
        kinds = (Kind.ERASURE, Kind.CORRECTION)
        found = await self._city.guard.journal.entries(*kinds, limit=_PAGE + 1, **more)
        told = {
            "erasures": [_erasure(one) for one in found[:_PAGE]],
            "next": found[_PAGE - 1]["number"] if len(found) > _PAGE else None,
        }
        return json_response(told, headers=_PRIVATE)

    async def hold(self, request: Request) -> Response:
        """Keep something from being erased."""
        grant = self._answering(request)
        wish = await _read(request, holds.NewHold)
        name = await holds.hold(self._city, grant, self._settings, wish)
        return json_response({"id": name}, 201)

    async def lift(self, request: Request) -> Response:
        """End a hold."""
        grant = self._answering(request)
        name = check_uri(request.path_params["id"], "id")
        wish = await _read(request, Expecting)
        await holds.lift(self._city, grant, name, wish.expect)
        return json_response({"id": name})

    # ---- one person

    async def person(self, request: Request) -> Response:
        """All about one person."""
        grant = self._answering(request)
        wanted = _wanted((await _read(request, About)).by)
        person = await persons.find(self._city, grant, wanted)
        told = await persons.gather(self._city, grant, person)
        held = await holds.held_now(self._city, grant)
        told["held"] = sorted(held.entities.intersection(person.all))
        return json_response({**world_member(self._city.world), **told}, headers=_PRIVATE)

    async def export(self, request: Request) -> Response:
        """The same as a file for the person."""
        grant = self._answering(request)
        wish = await _read(request, Export)
        person = await persons.find(self._city, grant, _wanted(wish.by))
        told = await persons.gather(self._city, grant, person)
        now = self._city.clock.now()
        entry = entry_of(grant, Kind.EXPORT, now, of="person", format=wish.format)
        await self._city.guard.journal.write(entry)
        if wish.format == "html":
            made = Sheets(self._city, wish.language).person(told)
            return self._file(made, "text/html; charset=utf-8", "person.html")
        if wish.format != "json":
            raise BadRequestData(f"{wish.format!r} is not json or html", where="format")
        whole = {
            "city": self._city.settings.name,
            **world_member(self._city.world),
            "at": format_instant(self._city.clock.now()),
            **told,
        }
        body = json_response(whole).body
        assert isinstance(body, bytes)  # noqa: S101 - json_response makes bytes
        return self._file(body, "application/json", "person.json")

    async def correct(self, request: Request) -> Response:
        """Set a value right; the wrong one is gone."""
        grant = self._answering(request)
        wish = await _read(request, erasing.Correction)
        await erasing.correct(self._city, grant, wish)
        return json_response({"id": wish.entity})

    async def erase(self, request: Request) -> Response:
        """Forget the person."""
        grant = self._answering(request)
        wish = await _read(request, erasing.Erasure)
        erasing.check(wish)
        person = await persons.find(self._city, grant, _wanted(wish.by))
        some = await erasing.chosen(self._city, grant, person, wish.entities)
        gone = await erasing.erase(self._city, grant, some, {"ground": wish.ground})
        return json_response({"values": gone, "entities": [*some.all]})

    # ---- breaches

    async def breaches(self, request: Request) -> Response:
        """Every breach with whom the law has told."""
        grant = self._answering(request)
        told = {
            "now": format_instant(self._city.clock.now()),
            **world_member(self._city.world),
            "duties": [
                {"key": d.key, "law": d.law, "words": d.words, "cites": d.cites}
                | {"hours": None if d.within is None else int(d.within.total_seconds() // 3600)}
                for d in self._settings.duties
            ],
            "breaches": await breaches.shown(self._city, grant, self._settings),
        }
        return json_response(told, headers=_PRIVATE)

    async def open_breach(self, request: Request) -> Response:
        """Keep a breach."""
        grant = self._answering(request)
        wish = await _read(request, breaches.NewBreach)
        name = await breaches.open_breach(self._city, grant, self._settings, wish)
        return json_response({"id": name}, 201)

    async def more_of_breach(self, request: Request) -> Response:
        """Add what came to be known, or close it."""
        grant = self._answering(request)
        name = check_uri(request.path_params["id"], "id")
        wish = await _read(request, breaches.MoreOfBreach)
        await breaches.tell_more(self._city, grant, name, wish)
        return json_response({"id": name})

    async def told(self, request: Request) -> Response:
        """Note that somebody was told."""
        grant = self._answering(request)
        name = check_uri(request.path_params["id"], "id")
        await breaches.told(self._city, grant, name, await _read(request, breaches.Told))
        return json_response({"id": name})

    # ---- inside

    def _answering(self, request: Request) -> Grant:
        return persons.answering(self._city, request.grant)

    def _file(
        self, content: bytes, media_type: str, name: str, *, inline: bool = False
    ) -> Response:
        world = self._city.world
        mark = f"{world.name.replace(':', '-')}-" if world.exercise else ""
        whole = f"{mark}{self._city.settings.name}-{name}"
        kind = "inline" if inline else "attachment"
        return Response(
            200,
            content,
            (
                ("Content-Type", media_type),
                ("Content-Disposition", f'{kind}; filename="{whole}"'),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
                *_PRIVATE,
            ),
        )


def _erasure(entry: Mapping[str, Any]) -> dict[str, Any]:
    facts = entry["facts"]
    return {
        **{name: entry[name] for name in ("number", "at", "kind", "actor", "role", "purpose")},
        "onBehalf": entry.get("onBehalf", ""),
        "rule": facts.get("rule", ""),
        "ground": facts.get("ground", ""),
        "records": facts.get("records", 1),
        "of": facts.get("of", 1),
        "entities": facts.get("entities", []),
        "attributes": facts.get("attributes", []),
    }


def _wanted(by: Mapping[str, str]) -> persons.Wanted:
    try:
        return msgspec.convert(by, persons.Wanted)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="by") from error


async def _read(request: Request, kind: type[S]) -> S:
    try:
        return msgspec.convert(await request.json(_BODY), kind)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


def privacy_routes(city: City, settings: PrivacySettings) -> tuple[Route, ...]:
    """Every route below /privacy."""
    one = Privacy(city, settings)
    person, breach = "/privacy/person", "/privacy/breaches"
    by = {"by": _BY}
    kept = {"text": _TEXT, "dataKinds": _LIST, "peopleAffected": _WHOLE, "measures": _TEXT}
    new = {**kept, "noticedAt": _TEXT, "happenedAt": _TEXT}
    hold = {"reason": _TEXT, "until": _TEXT, "entities": _LIST, "rule": _TEXT}
    erase = {**by, "word": _TEXT, "ground": _TEXT, "entities": _LIST}
    correct = {"entity": _TEXT, "attribute": _TEXT, "value": _TEXT, "expect": _WHOLE}
    notice = {"expect": _WHOLE, "toldAt": _TEXT, "foreignNumber": _TEXT}
    more = {**kept, "expect": _WHOLE, "close": {"type": "boolean"}}
    export = {**by, "format": _TEXT, "language": _TEXT}
    return (
        _get(
            "/privacy/profile", one.profile, "What of people this city refuses to hold", right=OWN
        ),
        _get(
            "/privacy/register",
            one.register,
            "The register of processing",
            _FORMAT,
            _LANGUAGE,
            right=_LOOKS,
        ),
        _get("/privacy/flows", one.flows, "The data-flow sheet, HTML", _LANGUAGE, right=_LOOKS),
        _get("/privacy/retention", one.retention, "How long what is kept, and what is held"),
        _get(
            "/privacy/erasures",
            one.erasures,
            "What was erased and set right, newest first",
            Parameter("before", "Below this number: `next` of the page before", schema=_WHOLE),
        ),
        _post("/privacy/holds", one.hold, "Keep something from being erased", hold, 201),
        _post("/privacy/holds/{id}/lift", one.lift, "End a hold", {"expect": _WHOLE}),
        _post(person, one.person, "All about one person, by telephone, e-mail or name", by),
        _post(f"{person}/export", one.export, "The same as a file, JSON or HTML", export),
        _post(f"{person}/correct", one.correct, "Set a personal value right", correct),
        _post(f"{person}/erase", one.erase, "Forget a person for good", erase),
        _get(breach, one.breaches, "Breaches, and whom the law has told by when"),
        _post(breach, one.open_breach, "Keep a breach", new, 201),
        _post(f"{breach}/{{id}}", one.more_of_breach, "Add to a breach, or close it", more),
        _post("/privacy/notices/{id}/told", one.told, "Note that somebody was told", notice),
    )


def _get(
    path: str, handler: Handler, summary: str, *parameters: Parameter, right: Right = _OFFICER
) -> Route:
    operation = Operation(summary, _TAGS, parameters)
    return Route("GET", path, handler, operation=operation, strict=True, right=right)


def _post(
    path: str, handler: Handler, summary: str, members: Mapping[str, Any], status: int = 200
) -> Route:
    body = {"type": "object", "additionalProperties": False, "properties": members}
    told = {
        status: "Done",
        403: "Not for this role",
        404: "Nothing of that",
        409: "Held or changed",
    }
    operation = Operation(summary, _TAGS, request={"application/json": body}, responses=told)
    return Route("POST", path, handler, operation=operation, body_limit=_BODY, right=_ACTS)
