"""How a verb reaches its home: by claiming it, or over the socket of the node that owns it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hansa.app.home import Home, HomeBusy
from hansa.app.node import Node
from hansa.app.verbs import VERBS
from hansa.base.clock import SystemClock
from hansa.base.late import Late
from hansa.base.problems import BadFile, Problem
from hansa.base.settings import CitySettings, load_city

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = Late("aiohttp")

_PATIENCE = 5  # seconds until somebody takes the call


class Refused(Problem):
    """What a running node answered instead of doing it."""


def verb(folder: Path | None, home: Path, name: str, arguments: Mapping[str, Any]) -> Any:
    """Carry out a verb on a home, whoever owns it; raises the Problem that refused it."""
    return asyncio.run(_verb(folder, Home(home), name, arguments))


def settings_of(folder: Path | None, home: Home) -> CitySettings:
    """The city that was named, or else the one the home remembers."""
    if folder is None:
        remembered = home.remembered()
        if remembered is None:
            raise BadFile(
                f"{home.path} is a new home, so say whose it is", remedy="add --city FOLDER"
            )
        folder = remembered[1]
    return load_city(folder)


async def _verb(folder: Path | None, home: Home, name: str, arguments: Mapping[str, Any]) -> Any:
    settings = settings_of(folder, home)
    try:
        home.claim(settings.name, settings.folder, settings.world)
    except HomeBusy:
        return await _over_socket(home.socket, name, arguments)
    with home:
        node = await Node.open(settings, home, SystemClock())
        try:
            return await VERBS[name](node, arguments)
        finally:
            await node.close()


async def _over_socket(socket: Path, name: str, arguments: Mapping[str, Any]) -> Any:
    patience = aiohttp.ClientTimeout(total=None, sock_connect=_PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(str(socket)), timeout=patience
            ) as session,
            session.post(f"http://node/control/{name}", data=orjson.dumps(arguments)) as answer,
        ):
            told = orjson.loads(await answer.read())
    except (aiohttp.ClientConnectionError, FileNotFoundError) as error:
        raise HomeBusy(
            f"another process owns the home and does not answer at {socket}",
            remedy="wait until it has finished, or stop it",
        ) from error
    if answer.status >= 400:
        raise Refused(
            told.get("detail", "refused"),
            where=told.get("where", ""),
            rule=told.get("rule", ""),
            remedy=told.get("remedy", ""),
        )
    return told
