"""A city of one's own whose folder can be changed, a node over it that runs, and who asks it."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hansa.app import Home, Node
from hansa.app.web import make_app
from hansa.base.clock import ManualClock
from hansa.base.settings import load_city

Opened = Callable[[], AbstractAsyncContextManager[Node]]

RULE = """rules:
  # made by hand for a test
  - id: heat-faults
    title: {en: "No heat: {name}", ru: "Нет тепла: {name}", uk: "Немає тепла: {name}"}
    sector: heat
    when: {type: NetworkFault, q: sector=="heat"}
    severity: high
"""


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A copy of the exercise city."""
    return shutil.copytree(root / "cities/ryazan-exercise", tmp_path / "city")


@pytest.fixture
def opened(folder: Path, tmp_path: Path, clock: ManualClock) -> Opened:
    """Opens the city's node, each time over the same home."""

    @asynccontextmanager
    async def made() -> AsyncIterator[Node]:
        settings = load_city(folder)
        with Home(tmp_path / "home").claim(settings.name, folder, settings.world) as home:
            node = await Node.open(settings, home, clock)
            try:
                await node.folder.settle()
                node.start(generate=False)
                yield node
            finally:
                await node.close()

    return made


@asynccontextmanager
async def asking(node: Node, role: str = "administrator") -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody in that role."""
    transport = httpx.ASGITransport(make_app(node, host="127.0.0.1"), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"Hansa-CSRF": "1"}
    ) as http:
        assert (await http.post("/console/session", json={"role": role})).status_code == 201
        yield http


async def ask(http: httpx.AsyncClient, path: str, **body: Any) -> Any:
    """A file as it stands now."""
    answer = await http.get(f"/settings/{path.replace('/', '%2F')}")
    assert answer.status_code == 200, answer.text
    return answer.json()
