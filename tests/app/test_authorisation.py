"""Who may ask what: every route of an open node, each role, a stranger and programs.

`authorisation.yaml` is the table, and it is read like this: a route, and what it answers to a
request with nothing in it, about something that does not exist. `all` is everybody who is named
nowhere else in the line. A route that is not in the table fails; so does one that answers
otherwise. HANSA_WRITE_FIXTURES=1 writes the table anew: look at what changed before you keep it.
"""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import yaml

from hansa.app.node import Node
from hansa.app.web import make_app
from hansa.base.clock import ManualClock
from hansa.base.web import Route, WebApp
from hansa.context import Change, Op
from tests.app.test_node import awake

TABLE = Path(__file__).with_name("authorisation.yaml")
HEAD = """\
# Route: status by role, for an empty request about something that does not exist; see
# test_authorisation.py. 401: sign in first; 403: not for this role; 400, 404, 409: let in.
"""
OURS, THEIRS = "urn:ngsi-ld:Organization:ours", "urn:ngsi-ld:Organization:theirs"
PEOPLE = (
    "duty-officer",
    "dispatcher",
    "department-head",
    "mayor",
    "analyst",
    "clerk",
    "administrator",
    "privacy-officer",
    "auditor",
    "press",
)
WHO = ("stranger", *PEOPLE, "api", "source")
AIR = "urn:ngsi-ld:DataSource:air"


def client_of(app: WebApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("127.0.0.1", 5000)),
        base_url="http://127.0.0.1:8080",
        headers={"Hansa-CSRF": "1"},
    )


async def come(node: Node, app: WebApp, who: str) -> httpx.AsyncClient:
    client = client_of(app)
    if who in PEOPLE:
        wish = {"role": who, "organization": OURS}
        answer = await client.post("/console/session", json=wish)
        assert answer.status_code == 201, answer.text
    elif who != "stranger":
        tokens, source = node.city.guard.tokens, AIR if who == "source" else ""
        issued = await tokens.issue(node.city.guard.operator(), f"{who}-box", who, source=source)
        client.headers["Authorization"] = f"Bearer {issued.token}"
    return client


def path_of(route: Route) -> str:
    path = re.sub(r"\{(\w*[iI]d)\}", "urn:ngsi-ld:Incident:none", route.path)
    path = re.sub(r"\{\w+(\.\.\.)?\}", "none", path)
    return path + "?after=x" if path == "/console/stream" else path  # it would never end


async def answers(node: Node, app: WebApp) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for who in WHO:
        client = await come(node, app, who)
        for route in app.routes:
            body = None if route.method in ("GET", "DELETE") else dict[str, str]()
            answer = await client.request(route.method, path_of(route), json=body)
            found.setdefault(f"{route.method} {route.path}", {})[who] = answer.status_code
            if route.path.startswith("/console/session"):  # it may have signed us out
                await client.aclose()
                client = await come(node, app, who)
        await client.aclose()
    return found


def line(by_role: dict[str, int]) -> dict[str, int]:
    """What most get, and who gets something else."""
    known = {who: status for who, status in by_role.items() if who != "stranger"}
    most = Counter(known.values()).most_common(1)[0][0]
    others = {who: status for who, status in by_role.items() if status != most}
    return {"all": most, **others}


async def test_every_route_answers_as_the_table_says(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    async with awake(root / "cities/ryazan-exercise", tmp_path / "home", clock) as node:
        app = make_app(node, host="127.0.0.1")
        told = {route: line(found) for route, found in (await answers(node, app)).items()}
    if os.environ.get("HANSA_WRITE_FIXTURES") == "1":
        lines = (
            f"{route}: {{{', '.join(f'{who}: {status}' for who, status in found.items())}}}"
            for route, found in sorted(told.items())
        )
        TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    surprises = {
        route: {"table": table.get(route), "answer": found}
        for route, found in told.items()
        if table.get(route) != found
    }
    assert surprises == {}
    assert set(table) == set(told)


def test_nobody_is_let_in_without_a_name_but_where_it_is_said() -> None:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    open_doors = ("/assets", "/open311", "/health", "/metrics", "/contexts", "/console/session")
    for route, found in table.items():
        status = found.get("stranger", found["all"])
        path = route.split(" ")[1]
        if status != 401 and path not in ("/", "/mark.svg", "/openapi.json"):
            named = path.startswith(("/guard/oidc", "/guard/passkeys/assertion"))
            assert named or path.startswith(open_doors), route


async def test_a_foreign_incident_is_not_there(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    """On each route about one incident: one's own is there, a foreign one is 404 or less."""
    own, foreign = "urn:ngsi-ld:Incident:own", "urn:ngsi-ld:Incident:foreign"
    async with awake(root / "cities/ryazan-exercise", tmp_path / "home", clock) as node:
        app, city = make_app(node, host="127.0.0.1"), node.city
        desk = city.guard.machine("desk", city.world)
        for name, whose in ((own, OURS), (foreign, THEIRS)):
            held = {"type": "Relationship", "object": [whose]}
            state = {"type": "Property", "value": "new"}
            body = {"type": "Incident", "organizations": held, "state": state}
            await city.write(desk, [Change(Op.CREATE, name, body)])
        client = await come(node, app, "dispatcher")
        try:
            for path in ("/desk/incidents/{}", "/console/incidents/{}", "/ngsi-ld/v1/entities/{}"):
                assert (await client.get(path.format(own))).status_code == 200, path
                assert (await client.get(path.format(foreign))).status_code == 404, path
            paths = [
                one.path.replace("{id}", foreign).replace("{entityId}", foreign)
                for one in app.routes
                if one.method == "GET" and ("{id}" in one.path or "{entityId}" in one.path)
            ]
            for path in paths:
                if "{" not in path and not path.startswith("/guard"):
                    answer = await client.get(path)
                    assert answer.status_code in (400, 403, 404), path
                    assert THEIRS not in answer.text
        finally:
            await client.aclose()
