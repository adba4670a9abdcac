"""`hansa up`: the node's server on a port, and the socket in its home for commands.

Both listen in one event loop. A signal stops taking requests, then the rooms, then the store.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import uvicorn
import uvloop

from hansa.app import call
from hansa.app.control import make_control
from hansa.app.folder import verbs
from hansa.app.home import Home
from hansa.app.node import Node
from hansa.app.web import make_app
from hansa.base.clock import SystemClock
from hansa.base.problems import StoreRefused
from hansa.base.settings import CitySettings


def serve(
    folder: Path | None, home: Path, *, host: str, port: int, inbox: Path | None, generate: bool
) -> None:
    """Run the node until it is told to stop (SIGINT, SIGTERM)."""
    os.umask(0o077)
    claimed = Home(home)
    settings = call.settings_of(folder, claimed)
    with claimed.claim(settings.name, settings.folder, settings.world):
        listening = listen(host, port)
        main = _serve(settings, claimed, listening, inbox=inbox, generate=generate)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)


class _Server(uvicorn.Server):
    """A server that leaves signals to the node, which has two of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(
    settings: CitySettings,
    home: Home,
    listening: socket.socket,
    *,
    inbox: Path | None,
    generate: bool,
) -> None:
    node = await Node.open(settings, home, SystemClock())
    try:
        await node.folder.settle()
        node.start(inbox=inbox, generate=generate)
        await serve_node(node, listening)
    finally:
        await node.close()


async def serve_node(node: Node, listening: socket.socket) -> None:
    """Answer for a node whose rooms are awake, until a signal comes."""
    host, port = listening.getsockname()[:2]
    servers = (
        _Server(_config(app=make_app(node, host=host))),
        _Server(_config(app=make_control(node))),
    )
    _stop_on_signals(servers)
    commands = _listen_at(node.home.socket)
    try:
        for line in await verbs.lines(node):
            click.echo(line)
        click.echo(f"{node.settings.name} ({node.settings.world}) on http://{host}:{port}")
        await asyncio.gather(
            servers[0].serve(sockets=[listening]), servers[1].serve(sockets=[commands])
        )
    finally:
        node.home.socket.unlink(missing_ok=True)


def _config(**more: object) -> uvicorn.Config:
    return uvicorn.Config(
        **more,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=3,
        ws="none",
    )


def _stop_on_signals(servers: tuple[_Server, ...]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _listen_at(path: Path) -> socket.socket:
    """The socket for commands, open to its owner only; it takes callers from now on."""
    path.unlink(missing_ok=True)
    commands = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        commands.bind(str(path))
    except OSError as error:
        commands.close()
        raise StoreRefused(
            f"{path} cannot be listened on: {error}",
            remedy="choose a home with a shorter path (a socket's path has 100 characters at most)",
        ) from error
    path.chmod(0o600)
    commands.listen()
    return commands


def listen(host: str, port: int) -> socket.socket:
    """The node's socket, taken before anything is opened; StoreRefused where it is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise StoreRefused(
            f"{host}:{port} cannot be listened on: {error.strerror}",
            remedy="choose another port with --port",
        ) from error
    listening.listen()
    return listening
