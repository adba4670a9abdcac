"""A whole node in process: its rooms awake, its routes, and two of them side by side."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from hansa.app import Home, Node
from hansa.app.web import make_app
from hansa.base.clock import ManualClock
from hansa.base.settings import load_city
from hansa.context import Change, Op, Query, Record, TypeIs


@asynccontextmanager
async def awake(folder: Path, home: Path, clock: ManualClock) -> AsyncIterator[Node]:
    settings = load_city(folder)
    with Home(home).claim(settings.name, settings.folder, settings.world) as claimed:
        node = await Node.open(settings, claimed, clock)
        try:
            node.start(generate=False)
            yield node
        finally:
            await node.close()


def client(node: Node) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=make_app(node, host="127.0.0.1"), client=("127.0.0.1", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def fault(name: str) -> Change:
    """Heat fails in many houses, as the demo's dispatch journal would say it."""
    values = {"sector": "heat", "status": "reported", "housesAffected": 60, "district": "X"}
    body = {key: {"type": "Property", "value": one} for key, one in values.items()}
    return Change(Op.CREATE, f"urn:ngsi-ld:NetworkFault:{name}", {"type": "NetworkFault", **body})


async def first_incident(node: Node) -> Record:
    view = node.city.guard.view(node.city.guard.operator())
    async for batch in node.city.changes(view, None, 0):
        for record in batch:
            if "Incident" in record.types:
                return record
    raise AssertionError("the change log ended")


async def test_a_fault_becomes_an_incident_through_all_rooms(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    async with awake(root / "cities/ryazan-exercise", tmp_path / "home", clock) as node:
        sectors = node.city.guard.machine("sectors", node.city.world)
        await node.city.write(sectors, [fault("1")])
        found = await asyncio.wait_for(first_incident(node), 30)
        assert found.fragment["sector"]["value"] == "heat"
        async with client(node) as http:
            ready = (await http.get("/health/ready")).json()
            assert (ready["status"], ready["failing"]) == ("ready", [])
            assert (await http.get("/health/live")).status_code == 200
            before = node.city.last_change
            metrics = await http.get("/metrics")  # the desk may write on meanwhile
            (told,) = re.findall(r"^hansa_last_change ([\d.]+)$", metrics.text, re.MULTILINE)
            assert before <= float(told) <= node.city.last_change
            assert metrics.headers["hansa-world"] == "exercise:ryazan"


async def test_openapi_lists_every_route(root: Path, tmp_path: Path, clock: ManualClock) -> None:
    async with awake(root / "cities/ryazan-exercise", tmp_path / "home", clock) as node:
        app = make_app(node, host="127.0.0.1")
        async with client(node) as http:
            told = (await http.get("/openapi.json")).json()["paths"]
    shown = {(method.upper(), path) for path, verbs in told.items() for method in verbs}
    routed = {(one.method, one.path.replace("...}", "}")) for one in app.routes}
    assert routed <= shown


async def test_nobody_reads_unasked(root: Path, tmp_path: Path, clock: ManualClock) -> None:
    """Default-deny over the route table: only what says so answers a stranger."""
    open_to_all = {
        "/health/live",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/console/session",
        "/contexts/hansa.jsonld",
        "/guard/oidc/login",
        "/guard/oidc/callback",
        *(
            f"/open311/v2/{name}.{form}"
            for name in ("discovery", "services", "requests")
            for form in ("json", "xml")
        ),
    }
    async with awake(root / "cities/boston", tmp_path / "home", clock) as node:
        app = make_app(node, host="127.0.0.1")
        paths = {one.path for one in app.routes if one.method == "GET" and "{" not in one.path}
        async with client(node) as http:
            answers = {path: (await http.get(path)).status_code for path in sorted(paths)}
    denied = {path for path, status in answers.items() if status == 401}
    assert {path for path in paths - denied if not path.startswith("/assets")} <= {
        *open_to_all,
        "/",
        "/mark.svg",
    }
    assert "/ngsi-ld/v1/entities" in denied
    assert "/console/situation" in denied
    assert "/desk/incidents" in denied


async def test_two_cities_in_one_process_share_nothing(
    root: Path, tmp_path: Path, clock: ManualClock
) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(awake(root / "cities" / name, tmp_path / name, clock))
            for name in ("ryazan-exercise", "boston")
        ]
        await one.city.write(one.city.guard.machine("sectors", one.city.world), [fault("1")])
        await asyncio.wait_for(first_incident(one), 30)
        query = Query(types=TypeIs("NetworkFault"))
        for node, count in ((one, 1), (other, 0)):
            view = node.city.guard.view(node.city.guard.operator())
            assert len((await node.city.read(view, query)).entities) == count
        assert other.city.last_change < one.city.last_change
