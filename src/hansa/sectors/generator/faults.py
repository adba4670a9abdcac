"""Faults of networks as their dispatchers tell them: a row whenever the status changes."""

from collections.abc import Iterator
from datetime import datetime

from hansa.sectors.generator.dice import Dice
from hansa.sectors.generator.play import Play, Run, runs_between
from hansa.sectors.generator.row import Row, Value
from hansa.sectors.generator.script import Area, Fault, Faults


def fault_rows(
    play: Play, name: str, faults: Faults, start: datetime, end: datetime
) -> Iterator[Row]:
    """All rows of the stream that may be said in [start, end)."""
    for run in runs_between(play, start, end):
        for number, fault in enumerate(run.episode.faults):
            if fault.stream == name and run.area is not None:
                yield from _told(play, faults, run, run.area, number, fault)


def _told(
    play: Play, faults: Faults, run: Run, area: Area, number: int, fault: Fault
) -> Iterator[Row]:
    """reported, confirmed, in work, restored: one row each."""
    dice = Dice(play.script.seed, play.opening.isoformat(), run.key, number)
    reported = play.moment(run.begin)
    label = f"{faults.prefix}{reported.astimezone(play.zone):%y%m%d-%H%M}-{run.number}{number}"
    fixed = _fixed(play, run, area, fault, dice) | {"number": label, "reported": reported}
    steps = (
        ("reported", 0.0, 0.0),
        ("confirmed", fault.confirmed, 0.35),
        ("in-work", fault.in_work, 1.0),
        ("restored", fault.restored, 0.0),
    )
    for status, after, depth in steps:
        moment = play.moment(run.begin + after)
        restored = moment if status == "restored" else None
        told: dict[str, Value] = {"status": status, "at": moment, "restored": restored}
        yield Row(moment, label, fixed | told | _supply(fault, depth))


def _fixed(play: Play, run: Run, area: Area, fault: Fault, dice: Dice) -> dict[str, Value]:
    """What does not change while the fault lasts."""
    lon, lat = area.center
    street, house = dice.pick(area.streets), dice.whole(1, 64)
    houses = dice.whole(*fault.houses)
    return {
        "sector": fault.sector,
        "kind": fault.kind,
        "severity": fault.severity,
        "name": fault.name.format_map({"area": area.name, "street": street, "house": house}),
        "agency": fault.agency,
        "district": area.district,
        "address": f"{street}, {house}",
        "lon": lon,
        "lat": lat,
        "houses": houses,
        "people": houses * fault.per_house,
        "expected": play.moment(run.begin + fault.promised),
    }


def _supply(fault: Fault, depth: float) -> dict[str, Value]:
    """Temperature or pressure of the supply, from its rest towards its worst."""
    return {
        label: round(rest + (worst - rest) * depth, 1)
        for label, (rest, worst) in fault.supply.items()
    }
