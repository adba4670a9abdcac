"""Register, retention and holds over HTTP."""

from collections.abc import Mapping
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.context import City, Query, TypeIs, world_member
from hansa.desk.privacy import holds
from hansa.desk.privacy.asking import PRIVATE, Expecting, file, read
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.persons import answering
from hansa.desk.privacy.register import csv_of, personal_of, register, say
from hansa.desk.privacy.retention import count, next_sweep
from hansa.desk.privacy.sheets import Sheets
from hansa.guard import Kind

_PAGE = 200


class Records:
    """The handlers over what one city says of its keeping."""

    def __init__(self, city: City, settings: PrivacySettings) -> None:
        self._city = city
        self._settings = settings

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
        return json_response(told, headers=PRIVATE)

    async def register(self, request: Request) -> Response:
        """The register of processing."""
        self._city.guard.check_manage(request.grant, "journal")
        told, form = register(self._city, self._settings), request.query.get("format") or "json"
        language = request.query.get("language") or "en"
        if form == "json":
            return json_response(told, headers=PRIVATE)
        if form == "csv":
            return file(
                self._city, csv_of(told, language), "text/csv; charset=utf-8", "register.csv"
            )
        if form == "html":
            made = Sheets(self._city, language).register(told)
            return file(self._city, made, "text/html; charset=utf-8", "register.html")
        raise BadRequestData(f"{form!r} is not json, csv or html", where="format")

    async def flows(self, request: Request) -> Response:
        """The data-flow sheet, for the printer."""
        self._city.guard.check_manage(request.grant, "journal")
        language = request.query.get("language") or "en"
        page = await self._city.read(request.view, Query(types=TypeIs("DataSource")))
        sources = [say(one.value("title") or {}, language) or one.id for one in page.entities]
        made = Sheets(self._city, language).flows(register(self._city, self._settings), sources)
        return file(self._city, made, "text/html; charset=utf-8", "data-flow.html", inline=True)

    async def retention(self, request: Request) -> Response:
        """The rules with how they stand, the holds, and what was erased."""
        grant = answering(self._city, request.grant)
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
        return json_response(told, headers=PRIVATE)

    async def erasures(self, request: Request) -> Response:
        """What was erased when, by whom and by which rule, newest first."""
        answering(self._city, request.grant)
        before = request.query.whole("before")
        more = {} if before is None else {"before": before}
        kinds = (Kind.ERASURE, Kind.CORRECTION)
        found = await self._city.guard.journal.entries(*kinds, limit=_PAGE + 1, **more)
        told = {
            "erasures": [_erasure(one) for one in found[:_PAGE]],
            "next": found[_PAGE - 1]["number"] if len(found) > _PAGE else None,
        }
        return json_response(told, headers=PRIVATE)

    async def hold(self, request: Request) -> Response:
        """Keep something from being erased."""
        grant = answering(self._city, request.grant)
        wish = await read(request, holds.NewHold)
        name = await holds.hold(self._city, grant, self._settings, wish)
        return json_response({"id": name}, 201)

    async def lift(self, request: Request) -> Response:
        """End a hold."""
        grant = answering(self._city, request.grant)
        name = check_uri(request.path_params["id"], "id")
        wish = await read(request, Expecting)
        await holds.lift(self._city, grant, name, wish.expect)
        return json_response({"id": name})


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
