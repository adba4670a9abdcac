"""The product's node on a clock that is moved from outside.

`python -m bench.day.served CITY HOME PORT MOMENT`: each line that comes in is a moment; the same
line goes out once the node's clock stands there. So four hours pass in minutes, and every timer,
due time and reminder of the desk rings where it would.
"""

import asyncio
import os
import socket
import sys
from datetime import datetime
from pathlib import Path

import uvloop

from hansa.app import Home, Node
from hansa.app.serve import listen, serve_node
from hansa.base.clock import ManualClock
from hansa.base.settings import load_city


async def _move(clock: ManualClock) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        clock.set(max(clock.now(), datetime.fromisoformat(line.decode().strip())))
        print(line.decode().strip(), flush=True)


async def _serve(city: Path, home: Home, listening: socket.socket, start: datetime) -> None:
    clock = ManualClock(start)
    node = await Node.open(load_city(city), home, clock)
    moving = asyncio.create_task(_move(clock))
    try:
        await node.folder.settle()
        node.start(generate=False)
        await serve_node(node, listening)
    finally:
        moving.cancel()
        await node.close()


def main(city: Path, place: Path, port: int, start: datetime) -> None:
    """Serve until a signal comes."""
    os.umask(0o077)
    settings, home = load_city(city), Home(place)
    with home.claim(settings.name, settings.folder, settings.world):
        listening = listen("127.0.0.1", port)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(city, home, listening, start))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), datetime.fromisoformat(sys.argv[4])
    )
