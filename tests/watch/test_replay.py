"""What a rule would have done: over records of the log, over history, over a real buoy."""

import csv
import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hansa.base.clock import ManualClock
from hansa.base.times import format_instant
from hansa.context import Change, ChangeKind, City, Op, Query, Record, TypeIs, Window
from hansa.guard import Grant
from hansa.watch import Firing, replay_rule
from tests.watch.making import BUOY, OXYGEN, SILENCE, rules_of

START = datetime(2026, 6, 1, tzinfo=UTC)


def record(number: int, at: datetime, value: float | None) -> Record:
    return Record(
        number=number,
        kind=ChangeKind.UPDATED if number else ChangeKind.CREATED,
        entity_id=BUOY,
        types=("WaterQualityObserved",),
        fragment={"O2": {"type": "Property", "value": value, "observedAt": format_instant(at)}},
        removed=(),
        recorded_at=at,
        committed_at=at,
        actor="test",
    )


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def test_firings_tell_when_how_long_and_on_what(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, OXYGEN | {"levels": [{"at": 3, "severity": "high"}]})
    values = (8, 4, 2, 7, 4)
    log = [record(number, at(number), value) for number, value in enumerate(values)]
    assert replay_rule(rule, log) == (
        Firing("oxygen", BUOY, "high", at(1), at(1), at(3), (BUOY,), 2),
        Firing("oxygen", BUOY, "medium", at(4), at(4), None, (BUOY,), 4),
    )
    assert replay_rule(rule, log)[0].seconds == 120


def test_a_firing_is_told_from_when_the_city_knew(tmp_path: Path) -> None:
    """A laboratory's result of yesterday opens today, though its condition began yesterday."""
    (rule,) = rules_of(tmp_path, OXYGEN)
    log = [
        replace(record(number, at(number), value), recorded_at=at(number + 60), backfilled=True)
        for number, value in enumerate((8, 4, 7))
    ]
    (firing,) = replay_rule(rule, log)
    assert (firing.since, firing.opened, firing.cleared) == (at(1), at(61), at(62))


def test_time_goes_on_to_the_end(tmp_path: Path) -> None:
    (rule,) = rules_of(tmp_path, SILENCE)
    log = [record(0, at(0), 8)]
    assert replay_rule(rule, log) == ()
    (firing,) = replay_rule(rule, log, until=at(60))
    assert (firing.opened, firing.cleared) == (at(30), None)


async def test_history_gives_what_the_log_gave(
    city: City, grant: Grant, clock: ManualClock, tmp_path: Path
) -> None:
    (rule,) = rules_of(
        tmp_path / "rules",
        OXYGEN | {"when": {"type": "WaterQualityObserved", "q": 'stationID=="charles"'}},
    )
    for value in (8, 4, 5.5, 3, 9, 2):
        body = {
            "type": "WaterQualityObserved",
            "stationID": {"type": "Property", "value": "charles"},
            "O2": {
                "type": "Property",
                "value": value,
                "observedAt": format_instant(clock.now()),
            },
        }
        await city.write(grant, [Change(Op.UPDATE_OR_CREATE, BUOY, body, by_observation=True)])
        clock.advance(timedelta(minutes=1))
    view = city.guard.view(grant)
    log: list[Record] = []
    async for batch in city.changes(view, None, after=0):
        log += batch
        break
    everything = Window(timeproperty="modifiedAt")  # a name or a place has no observedAt
    history = await city.history(view, Query(types=TypeIs("WaterQualityObserved")), everything)
    found = replay_rule(rule, history)
    assert found == replay_rule(rule, log)
    assert [(one.opened.minute, one.value) for one in found] == [(1, 4), (5, 2)]


def test_real_buoy_rings_rarely_and_ends(shared_data: Path, tmp_path: Path) -> None:
    """A summer of a real river: algae, by the pigment's fluorescence."""
    bloom = {
        "id": "bloom",
        "title": {"en": "Algae: {value}"},
        "when": {"type": "WaterQualityObserved"},
        "threshold": {"attribute": "phycocyanin", "operator": ">", "value": 3, "clear": 2},
        "for": "1 h",
        "holdDown": "12 h",
        "severity": "medium",
    }
    (rule,) = rules_of(tmp_path, bloom)
    log: list[Record] = []
    with gzip.open(shared_data / "boston-2015" / "river_buoy_15min.csv.gz", "rt") as file:
        for number, row in enumerate(csv.DictReader(file)):
            text = row["phycocyanin (rfu)"]
            moment = datetime.fromisoformat(row["datetime_local"]).replace(tzinfo=UTC)
            if text:
                one = record(number, moment, None)
                body = one.fragment["O2"] | {"value": float(text)}
                log.append(_with(one, {"phycocyanin": body}))
    found = replay_rule(rule, log)
    assert len(log) > 10_000
    assert 0 < len(found) < 100
    assert all(one.seconds is None or one.seconds >= 12 * 3600 for one in found)


def _with(one: Record, fragment: dict[str, object]) -> Record:
    return Record(
        one.number,
        one.kind,
        one.entity_id,
        one.types,
        fragment,
        (),
        one.recorded_at,
        one.committed_at,
        one.actor,
    )
