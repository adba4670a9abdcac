"""Who may ask what: every route of an open node, each role, a stranger and programs.

Its rooms are asleep, so that nobody else changes what is asked about.

Each is asked with nothing, and with a good request about an object of one's own, about another
organisation's or person's, and about one that is not there. `authorisation.yaml` says by rule what
all of them are to be answered.
"""

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hansa.app.node import Node
from hansa.app.web import make_app
from hansa.base.clock import ManualClock
from hansa.base.web import Access, Route, WebApp
from hansa.context import Query, TypeIs
from tests.app.backing import opened
from tests.app.matrix.asking import NOWHERE, Asker
from tests.app.matrix.objects import ENDPOINT, Asking, Objects, Words
from tests.app.matrix.table import EMPTY, NONE, OWN, STANDS, WHO, Line, load

PASSWORD = "correct horse battery staple"
Cell = tuple[str, str, str]


def city_of(root: Path, below: Path) -> Path:
    """The exercise, which may also call an address where nobody listens."""
    folder = below / "city"
    shutil.copytree(root / "cities/ryazan-exercise", folder)
    with (folder / "city.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\negress: {{allow: ['{ENDPOINT}']}}\n")
    return folder


async def peopled(node: Node) -> None:
    """Accounts that are named: one whose rights change, one who is away, one who stands in."""
    accounts, operator = node.city.guard.accounts, node.city.guard.operator()
    for name, role in (("ann", "auditor"), ("chief", "mayor"), ("deputy", "analyst")):
        await accounts.create(operator, name, PASSWORD, [role])
    await node.folder.settle()


async def answers(
    node: Node, app: WebApp, who: str, lines: tuple[Line, ...]
) -> Mapping[Cell, tuple[Any, int, str]]:
    """What the node answers to one asker, where that is not what the table says."""
    duty = await Asker.come(node, app, "duty-officer")
    program = await Asker.come(node, app, "api", "other-box")
    objects = Objects(node, duty.client, program.client)
    asker = await Asker.come(node, app, who)
    surprises: dict[Cell, tuple[Any, int, str]] = {}
    for line in lines:
        for case in line.cases():
            found = await asker.ask(line, case, await words_of(objects, asker, line, case))
            expected = line.expected(who, case)
            if not fits(found.status_code, expected):
                cell = (line.route, line.kind, case)
                surprises[cell] = (expected, found.status_code, found.text[:300])
            if "session" in line.route:
                await asker.again()
    for one in (duty, program, asker):
        await one.client.aclose()
    return surprises


async def words_of(objects: Objects, asker: Asker, line: Line, case: str) -> Words:
    """What a request of this case is about."""
    if case == EMPTY or not line.kind:
        return await objects.nothing()
    made = line.given.get("made", {})
    own = case != "foreign"
    asking = Asking(asker.actor, asker.who, asker.session, asker.client, own, made)
    words = await objects.make(line.kind, asking, kept=not is_done(line, asker.who, case))
    if case == NONE:
        gone: Words = {name: NOWHERE for name in ("id", "attachment") if name in words}
        names: Words = {name: "none" for name in ("name", "source") if name in words}
        path = {"path": words["path"].replace(".yaml", "-none.yaml")} if "path" in words else {}
        words = {**words, **gone, **names, **path}
    return words


def is_done(line: Line, who: str, case: str) -> bool:
    """Whether the table says that the request is carried out, and so needs an object of its own."""
    return not line.route.startswith("GET") and line.expected(who, case) in (200, 201, 202, 204)


def fits(found: int, expected: Any) -> bool:
    if expected == STANDS:
        return found not in (401, 403) and found < 500
    return bool(found == expected)


@pytest.mark.parametrize("who", WHO)
async def test_every_route_answers_as_the_table_says(
    root: Path, tmp_path: Path, clock: ManualClock, who: str
) -> None:
    lines = load()
    async with opened(city_of(root, tmp_path), tmp_path / "home", clock) as node:
        await peopled(node)
        surprises = await answers(node, make_app(node, host="127.0.0.1"), who, lines)
    cells = sum(1 for line in lines for _ in line.cases())
    assert surprises == {}, f"{len(surprises)} of {cells} cells"


async def test_the_table_has_every_route_and_each_that_changes_anything_asks_a_right(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    async with opened(city_of(root, tmp_path), tmp_path / "home", clock) as node:
        routes = make_app(node, host="127.0.0.1").routes
    told, stated = {f"{one.method} {one.path}" for one in routes}, {one.route for one in load()}
    assert told - stated == set(), "state these by rule in authorisation.yaml"
    assert stated - told == set(), "there is no such route any more"
    lacking = [f"{one.method} {one.path}" for one in routes if _changes(one) and one.right is None]
    assert lacking == [], "give the Route a right (hansa.base.rights), or say OWN"


def _changes(route: Route) -> bool:
    return route.access is Access.SESSION and route.method not in ("GET", "HEAD")


def test_no_way_of_asking_is_stated_twice() -> None:
    asked = Counter((line.route, line.kind) for line in load())
    assert [one for one, times in asked.items() if times > 1] == []


def test_nobody_is_let_in_without_a_name_but_where_it_is_said() -> None:
    doors = ("/assets", "/open311", "/health", "/metrics", "/contexts", "/console/session")
    pages = ("/", "/mark.svg", "/openapi.json")
    for line in load():
        path = line.route.split(" ")[1]
        if line.given["who"] == "anybody" and path not in pages:
            named = path.startswith(("/guard/oidc", "/guard/passkeys/assertion"))
            assert named or path.startswith(doors), line.route


def test_the_table_knows_one_of_its_own_from_a_foreign_one() -> None:
    """The rules themselves, on a line whose answers are known by heart."""
    (accept,) = (one for one in load() if one.route == "POST /desk/tasks/{id}/accept")
    assert [accept.expected("dispatcher", case) for case in accept.cases()] == [400, 200, 404, 404]
    assert accept.expected("stranger", OWN) == 401
    assert accept.expected("analyst", NONE) == 403


ASKED = (
    "GET /ngsi-ld/v1/entities?type={kind}",
    "GET /ngsi-ld/v1/entities?type={kind}&options=keyValues&count=true",
    "GET /ngsi-ld/v1/temporal/entities?type={kind}&timerel=after&timeAt=2000-01-01T00:00:00Z",
    "GET /console/export?type={kind}&format=csv",
    "POST /ngsi-ld/v1/entityOperations/query",
)
UNSEEN = {
    "dispatcher": ("Incident", "Task", "Call", "Outage", "TimelineEntry", "Attachment", "Shift"),
    "department-head": ("Task", "Call"),
    "press": ("Incident", "Task", "Call", "TimelineEntry", "Attachment", "Shift"),
    "source": ("Incident", "Task", "Call", "Outage", "TimelineEntry", "Attachment", "Shift"),
}
MADE = ("incident", "line", "task", "attachment", "call", "outage", "shift")


@pytest.mark.parametrize("who", UNSEEN)
async def test_no_list_no_export_and_no_query_shows_what_is_foreign(
    root: Path, tmp_path: Path, clock: ManualClock, who: str
) -> None:
    """Every list of the table too, and the count that comes with one: nothing there is foreign."""
    async with opened(city_of(root, tmp_path), tmp_path / "home", clock) as node:
        await peopled(node)
        app = make_app(node, host="127.0.0.1")
        duty, asker = await Asker.come(node, app, "duty-officer"), await Asker.come(node, app, who)
        objects = Objects(node, duty.client, duty.client)
        foreign = Asking("somebody", "duty-officer", "", duty.client, False, {})
        for kind in MADE:
            await objects.make(kind, foreign, kept=False)
        names = {kind: await _ids(node, kind) for kind in UNSEEN[who]}
        assert all(names.values())
        shown = [one for line in load() for one in await _lists(asker, line)]
        shown += [one for kind in names for one in await _found(asker, kind)]
        for one in (duty, asker):
            await one.client.aclose()
    leaks = [
        (path, name) for path, text in shown for of in names.values() for name in of if name in text
    ]
    assert leaks == []
    assert len(shown) > 30


async def _ids(node: Node, kind: str) -> list[str]:
    view = node.city.guard.view(node.city.guard.operator())
    page = await node.city.read(view, Query(types=TypeIs(kind)))
    return [one.id for one in page.entities]


async def _lists(asker: Asker, line: Line) -> list[tuple[str, str]]:
    if not line.route.startswith("GET") or line.expected(asker.who, EMPTY) != 200:
        return []
    answer = await asker.ask(line, EMPTY, {})
    return [(line.route, answer.text)]


async def _found(asker: Asker, kind: str) -> list[tuple[str, str]]:
    found = []
    for asked in ASKED:
        method, _, path = asked.format(kind=kind).partition(" ")
        body = {"type": "Query", "entities": [{"type": kind}]} if method == "POST" else None
        answer = await asker.client.request(method, path, json=body)
        assert answer.status_code in (200, 404), (asked, answer.text)
        assert answer.headers.get("ngsild-results-count", "0") == "0", (asked, kind)
        found.append((f"{asked} {kind}", answer.text))
    return found
