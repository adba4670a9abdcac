"""The page calls paths that the node has: its types come from the node's own description.

`web/openapi.json` is the part of it that the page uses; `npm run api` makes types of it and
`api/http.ts` takes no other path. Run with HANSA_WRITE_FIXTURES=1 to write it anew.
"""

import os
from pathlib import Path
from typing import Any

import orjson

from hansa import console, desk, sectors, watch
from hansa.app.folder import Folder
from hansa.app.folder.http import routes as settings_routes
from hansa.app.rooms import load_rooms
from hansa.base.web import openapi
from hansa.context import City
from hansa.context.http import make_service, routes
from tests.sectors.served import doors_of

FILE = "web/openapi.json"
OURS = ("/console/", "/desk/", "/guard/", "/privacy/", "/sectors/", "/settings", "/watch/")
OF_THE_BROKER = {
    "/ngsi-ld/v1/entities",
    "/ngsi-ld/v1/entities/{entityId}",
    "/ngsi-ld/v1/temporal/entities/{entityId}",
    "/ngsi-ld/v1/types",
}


async def test_the_page_is_typed_by_what_the_node_says_of_itself(
    city: City, root: Path, tmp_path: Path
) -> None:
    folder = await Folder.open(
        city, tmp_path, lambda layout: load_rooms(layout, city.settings, city.vocabulary)
    )
    table = (
        *console.routes(city, console.Sessions(city, host="127.0.0.1")),
        *desk.contact_routes(city, desk.NO_WORK.staff),
        *desk.worktable_routes(city, desk.NO_WORK),
        *desk.routes(city, desk.load_desk(city.settings.folder, city.vocabulary)),
        *watch.routes(city, ()),
        *desk.appointment_routes(city),
        *desk.address_routes(city, desk.Addresses(city)),
        *desk.shift_routes(city, _shifts(city)),
        *desk.task_routes(city, desk.NO_WORK),
        *desk.theme_routes(city, desk.Catalogue(), desk.Suggester()),
        *desk.outage_routes(_office(city)),
        *desk.call_routes(city, _calling(city)),
        *desk.privacy_routes(city, desk.PrivacySettings()),
        *desk.report_routes(_reporter(city), {}),
        *sectors.routes(city, (), tmp_path, doors_of(city, (), tmp_path)),
        *settings_routes(city, folder),
        *routes(make_service(city)),
    )
    whole = openapi(table, {"title": "Hansa", "version": "1"})["paths"]
    used = {
        path: {verb: _named(operation) for verb, operation in verbs.items()}
        for path, verbs in sorted(whole.items())
        if path.startswith(OURS) or path in OF_THE_BROKER
    }
    told = {"openapi": "3.1.0", "info": {"title": "Hansa", "version": "1"}, "paths": used}

    if os.environ.get("HANSA_WRITE_FIXTURES") == "1":
        (root / FILE).write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    assert orjson.loads((root / FILE).read_bytes()) == orjson.loads(orjson.dumps(told))


def _calling(city: City) -> desk.Calling:
    settings, themes = city.settings, desk.Catalogue()
    told = desk.load_desk(settings.folder, city.vocabulary)
    calls = desk.load_calls(settings.folder, settings.languages, told, themes)
    office = _office(city)
    outages = desk.Outages(city, office.settings, office.houses)
    return desk.Calling(calls, told, desk.NO_WORK, themes, outages)


def _shifts(city: City) -> desk.ShiftSettings:
    settings = city.settings
    roles = city.guard.policy.roles
    return desk.load_shifts(settings.folder, settings.zone, settings.languages, roles)


def _office(city: City) -> desk.Office:
    folder, vocabulary = city.settings.folder, city.vocabulary
    settings = desk.load_desk(folder, vocabulary)
    outages = desk.load_outages(folder, vocabulary, city.settings.languages, settings.types)
    return desk.office_of(city, outages, settings, desk.NO_WORK, desk.Addresses(city))


def _reporter(city: City) -> desk.Reporter:
    folder, languages = city.settings.folder, city.settings.languages
    indicators = desk.load_indicators(folder / "indicators", city.vocabulary, languages)
    return desk.Reporter(city, desk.load_report(folder, city.vocabulary, languages, indicators))


def _named(operation: dict[str, Any]) -> dict[str, Any]:
    """Names only: the words may change without the page noticing."""
    parameters = [
        {key: one[key] for key in ("name", "in", "required", "schema") if key in one}
        for one in operation.get("parameters", ())
        if one["in"] == "path"
    ]
    return {"parameters": parameters, "responses": {"default": {"description": ""}}}
