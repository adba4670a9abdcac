"""The clock of a replay, as the page is told of it and as a trainer turns it."""

from functools import partial
from typing import Any

import msgspec

from hansa.base.clock import Clock
from hansa.base.problems import BadRequestData, Forbidden, ResourceNotFound
from hansa.base.replayclock import ReplayClock
from hansa.base.rights import Right
from hansa.base.times import format_instant
from hansa.base.web import Operation, Request, Response, Route, json_response
from hansa.context import City
from hansa.guard import Grant

FASTEST = 3600
_TURNS = Right(works=("desk", "level", "tasks", "watch", "acting", "settings"))
_WISH = {
    "application/json": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "running": {"type": "boolean"},
            "speed": {"type": "integer", "minimum": 1, "maximum": FASTEST},
        },
    }
}
_PRIVATE = (("Cache-Control", "no-store"),)


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the clock shall go; what is not said stays as it is."""

    running: bool | None = None
    speed: int | None = None


def playing(clock: Clock) -> ReplayClock | None:
    """The clock if it is a replay's; None on every other node."""
    return clock if isinstance(clock, ReplayClock) else None


def replay_of(city: City) -> dict[str, Any] | None:
    """What is replayed, where it stands and how it goes (see `Replay` in the page's model.ts).

    None where time is the present.
    """
    clock = playing(city.clock)
    if clock is None:
        return None
    return {
        "zone": city.settings.zone.key,
        "from": format_instant(clock.begin),
        "to": format_instant(clock.end),
        "speed": clock.speed,
        "running": clock.running,
        "now": format_instant(clock.now()),
    }


def may_turn(city: City, grant: Grant) -> bool:
    """Whether the grant may turn the clock: whoever works or administers, not who reads."""
    try:
        city.guard.ask(grant, _TURNS)
    except Forbidden:
        return False
    return playing(city.clock) is not None


def routes(city: City) -> tuple[Route, ...]:
    """The route by which a person turns the clock."""
    said = Operation("Let a replay run, stand, or go faster", ("console",), request=_WISH)
    return (Route("POST", "/console/replay", partial(turn, city), operation=said, right=_TURNS),)


async def turn(city: City, request: Request) -> Response:
    """Let the replay run or stand, or give it another speed; ResourceNotFound elsewhere."""
    city.guard.ask(request.grant, _TURNS)
    clock = playing(city.clock)
    if clock is None:
        raise ResourceNotFound("this node lives in the present", remedy="start one: hansa replay")
    try:
        wish = msgspec.convert(await request.json(), Wish)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if wish.speed is not None:
        if not 1 <= wish.speed <= FASTEST:
            raise BadRequestData(f"{wish.speed} is not from 1 to {FASTEST}", where="speed")
        clock.run_at(wish.speed)
    if wish.running is not None:
        (clock.run if wish.running else clock.pause)()
    return json_response(replay_of(city), headers=_PRIVATE)
