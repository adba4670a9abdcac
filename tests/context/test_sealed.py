"""Sealing changes where history lies, and not one answer."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.problems import (
    HistoryDamaged,
    HistoryMissing,
    HistoryNotKept,
    ResourceNotFound,
)
from hansa.base.settings import CitySettings, load_city
from hansa.base.times import format_instant
from hansa.base.vocabulary import load_vocabulary
from hansa.context import (
    Aggregation,
    Change,
    City,
    Method,
    Op,
    Period,
    Query,
    TypeIs,
    Window,
    parse_q,
)
from hansa.guard import Grant, View

START = datetime(2026, 5, 1, tzinfo=UTC)
NOW = timedelta(0)
KIND = "WaterQualityObserved"


@pytest.fixture
def view(city: City, grant: Grant) -> View:
    return city.guard.view(grant)


def reading(name: str, hour: int, **values: float | str | None) -> Change:
    """What a source said of one station at an hour, known at that hour."""
    moment = START + timedelta(hours=hour)
    body: dict[str, Any] = {"type": KIND}
    for attribute, value in values.items():
        body[attribute] = {
            "type": "Property",
            "value": "urn:ngsi-ld:null" if value is None else value,
            "observedAt": format_instant(moment),
        }
    return Change(Op.UPDATE_OR_CREATE, f"urn:ngsi-ld:{KIND}:{name}", body, known_at=moment)


async def everything(city: City, view: View) -> dict[str, Any]:
    """Every kind of answer about the past, to be held against itself later."""
    found: dict[str, Any] = {}
    query = Query(types=TypeIs(KIND))
    for hour in (0, 3, 7, 30, 700):
        at = START + timedelta(hours=hour)
        for q in ("", 'stationID=="a"', "pH>5;O2", "!stationID"):
            asked = Query(types=TypeIs(KIND), where=parse_q(q) if q else None)
            page = await city.read(view, asked, at)
            found[f"{hour} {q}"] = [
                (one.id, one.document, one.change, one.modified_at) for one in page.entities
            ]
        table = await city.table(view, KIND, ["pH", "stationID", "pH.observedAt"], at=at)
        found[f"{hour} table"] = sorted(zip(table.ids, table.rows, strict=True))
        found[f"{hour} history"] = await city.history(view, query, Window(), at)
    for window in (Window(), Window(last=2), Window(after=START + timedelta(hours=4))):
        found[f"{window}"] = await city.history(view, query, window)
        for period in (None, Period(micros=3_600_000_000), Period(days=1)):
            wish = Aggregation(tuple(Method), period)
            told = await city.aggregates(view, query, window, wish)
            found[f"{window} {period}"] = [rounded(one.attributes) for one in told]
    return found


def rounded(attributes: Any) -> Any:
    """Sums of floats in whatever order they were added."""
    return {
        name: {
            method: [
                (round(b.value, 6) if isinstance(b.value, float) else b.value, b.begin, b.end)
                for b in buckets
            ]
            for method, buckets in methods.items()
        }
        for name, methods in attributes.items()
    }


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "pH": st.sampled_from([4, 6.5, 7.25]) | st.none(),
        "O2": st.sampled_from([5, 8.5, "high"]),
        "stationID": st.sampled_from(["a", "b"]) | st.none(),
    },
)
READINGS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.integers(0, 40), VALUES, st.booleans()),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=READINGS, after=READINGS)
async def test_every_answer_is_the_same_before_and_after(
    before: Any,
    after: Any,
    settings: CitySettings,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clock = ManualClock(START + timedelta(days=20))
    city = await City.open(settings, load_vocabulary(), tmp_path_factory.mktemp("home"), clock)
    grant = Grant("ann", "administrator", "operation", clock.now(), city.world)
    view = city.guard.view(grant)
    try:
        for given_rows in (before, after):
            for name, hour, values, observed in given_rows:
                change = reading(name, hour, **values)
                if observed:
                    change = Change(
                        change.op, change.id, change.body, change.known_at, by_observation=True
                    )
                await city.write(grant, (change,))
            plain = await everything(city, view)
            await city.sealer.round(hot_for=NOW, few=1)
            assert await everything(city, view) == plain
    finally:
        await city.close()


async def _sealed_city(city: City, grant: Grant, hours: int = 30) -> None:
    for hour in range(hours):
        await city.write(grant, [reading(name, hour, pH=7 + hour % 3, O2=8.5) for name in "xy"])
    await city.sealer.round(hot_for=NOW, few=1)


async def test_rows_leave_the_store_and_files_come(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    await _sealed_city(city, grant)

    left = await city.database.read(lambda tx: tx.one("SELECT count(*) FROM history"))
    files = list((tmp_path / "home" / "history").rglob("*.parquet"))
    assert left == (0,)
    assert files


async def test_the_same_row_again_changes_nothing_although_its_history_is_sealed(
    city: City, grant: Grant, view: View
) -> None:
    await _sealed_city(city, grant)
    old = reading("x", 3, pH=7, O2=8.5)
    old = Change(old.op, old.id, old.body, old.known_at, by_observation=True)
    other = reading("x", 3, pH=6.5)
    other = Change(other.op, other.id, other.body, other.known_at, by_observation=True)

    again = await city.write(grant, (old,))
    changed = await city.write(grant, (other,))

    assert again.outcomes[0].changed == ()
    assert changed.outcomes[0].changed == ("pH",)
    told = await city.history(view, Query(ids=(old.id,), attrs=("pH",)), Window())
    at_three = [
        one.body["value"]
        for one in told[0].attributes["pH"]
        if one.body and one.observed_at == START + timedelta(hours=3)
    ]
    assert at_three == [7, 6.5]


async def test_many_small_segments_become_one(city: City, grant: Grant, tmp_path: Path) -> None:
    for hour in range(10):
        await city.write(grant, (reading("x", hour, pH=hour),))
        await city.sealer.round(hot_for=NOW, few=1)

    files = [
        path
        for path in (tmp_path / "home" / "history").rglob("*.parquet")
        if not path.name.endswith(".hourly.parquet")
    ]
    assert 1 <= len(files) < 8


async def test_a_damaged_segment_is_refused_by_name_and_the_rest_is_read(
    city: City, grant: Grant, view: View, tmp_path: Path
) -> None:
    await _sealed_city(city, grant)
    path = next((tmp_path / "home" / "history").rglob("*[!y].parquet"))
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    query = Query(types=TypeIs(KIND))

    with pytest.raises(HistoryDamaged) as refusal:
        await city.history(view, query, Window())

    assert path.name in refusal.value.where
    assert refusal.value.remedy
    assert len((await city.read(view, query)).entities) == 2
    await city.write(grant, (reading("x", 500, pH=9),))
    path.write_bytes(whole)
    assert (await city.history(view, query, Window()))[0].attributes["pH"]


async def test_a_missing_segment_is_refused_by_name(
    city: City, grant: Grant, view: View, tmp_path: Path
) -> None:
    await _sealed_city(city, grant)
    for path in (tmp_path / "home" / "history").rglob("*.parquet"):
        path.unlink()

    with pytest.raises(HistoryMissing):
        await city.read(view, Query(types=TypeIs(KIND)), START + timedelta(hours=5))


async def test_files_that_nobody_names_go_at_the_next_start(
    city: City, grant: Grant, tmp_path: Path
) -> None:
    await _sealed_city(city, grant)
    folder = next((tmp_path / "home" / "history").iterdir())
    (folder / "left-over.parquet").write_bytes(b"half")

    assert await city.sealer.sweep() == 1
    assert len(list(folder.iterdir())) == 2


@pytest.fixture
async def forgetful(
    settings: CitySettings, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[City]:
    yaml = settings.folder / "city.yaml"
    yaml.write_text(yaml.read_text() + f"retention: {{{KIND}: 30}}\n")
    opened = await City.open(load_city(settings.folder), load_vocabulary(), tmp_path / "h", clock)
    yield opened
    await opened.close()


async def test_retention_keeps_how_things_stood_and_says_what_it_did_not_keep(
    forgetful: City, clock: ManualClock
) -> None:
    city = forgetful
    grant = Grant("ann", "administrator", "operation", clock.now(), city.world)
    view = city.guard.view(grant)
    hours = (0, 5, 24 * 20, 24 * 25)  # the clock stands at the end of day 31
    for hour in hours:
        await city.write(grant, (reading("x", hour, pH=hour),))
    cutoff = clock.now() - timedelta(days=30)
    query = Query(types=TypeIs(KIND))

    await city.sealer.round(hot_for=NOW)

    told = await city.history(view, query, Window())
    assert [one.body["value"] for one in told[0].attributes["pH"] if one.body] == [5, 480, 600]
    then = await city.read(view, query, cutoff + timedelta(seconds=1))
    assert [one.value("pH") for one in then.entities] == [5]
    with pytest.raises(HistoryNotKept, match="was not kept"):
        await city.read(view, query, START + timedelta(hours=1))


async def _values(city: City, view: View, name: str, attribute: str) -> list[Any]:
    query = Query(ids=(f"urn:ngsi-ld:{KIND}:{name}",), attrs=(attribute,))
    told = await city.history(view, query, Window())
    return [one.body["value"] for each in told for one in each.attributes[attribute] if one.body]


@pytest.mark.parametrize("sealed_first", [False, True])
async def test_deleted_history_is_gone_at_once_and_from_the_files_later(
    city: City, grant: Grant, view: View, tmp_path: Path, sealed_first: bool, clock: ManualClock
) -> None:
    for hour in range(4):
        await city.write(grant, (reading("x", hour, pH=hour + 0.5, O2=77.25),))
    if sealed_first:
        await city.sealer.round(hot_for=NOW, few=1)
        clock.advance(timedelta(hours=1))
    entity_id = f"urn:ngsi-ld:{KIND}:x"
    told = await city.history(view, Query(ids=(entity_id,)), Window())
    third = told[0].attributes["pH"][2]

    await city.forget(grant, entity_id, "pH", third.number)
    await city.forget(grant, entity_id, "O2")

    assert await _values(city, view, "x", "pH") == [0.5, 1.5, 3.5]
    assert await _values(city, view, "x", "O2") == []
    at_three = await city.read(view, Query(ids=(entity_id,)), START + timedelta(hours=2.5))
    assert at_three.entities[0].value("pH") == 1.5
    sums = await city.aggregates(
        view, Query(ids=(entity_id,)), Window(), Aggregation((Method.TOTAL_COUNT,))
    )
    assert sums[0].attributes["pH"][Method.TOTAL_COUNT][0].value == 3
    assert "O2" not in sums[0].attributes
    await city.sealer.round(hot_for=NOW, few=1)
    await city.sealer.round(hot_for=NOW, few=1)
    assert await _values(city, view, "x", "pH") == [0.5, 1.5, 3.5]
    left = await city.database.read(lambda tx: tx.one("SELECT count(*) FROM tombstone"))
    assert left == (0,)
    names = list((tmp_path / "home" / "history").rglob("*.parquet"))
    assert names
    assert await city.helper.call("history.check", []) == []


async def test_history_that_is_not_there_cannot_be_deleted(city: City, grant: Grant) -> None:
    await city.write(grant, (reading("x", 1, pH=7),))

    for wrong in (("x", "O2", None), ("x", "pH", 999), ("y", "", None)):
        with pytest.raises(ResourceNotFound):
            await city.forget(grant, f"urn:ngsi-ld:{KIND}:{wrong[0]}", wrong[1], wrong[2])


async def test_values_in_the_vault_outlive_the_sealing_of_their_references(
    city: City, grant: Grant, settings: CitySettings, tmp_path: Path, clock: ManualClock
) -> None:
    handling = Grant("ann", "duty-officer", "incident-handling", clock.now(), city.world)
    for hour, note in ((1, "first words"), (2, "second words")):
        body = {"type": "TimelineEntry", "note": {"type": "Property", "value": note}}
        moment = START + timedelta(hours=hour)
        change = Change(Op.UPDATE_OR_CREATE, "urn:x:entry", body, known_at=moment)
        await city.write(city.guard.machine("desk", city.world), (change,))
    await city.sealer.round(hot_for=NOW, few=1)
    await city.close()

    again = await City.open(settings, load_vocabulary(), tmp_path / "home", clock)

    try:
        view = again.guard.view(handling)
        at = START + timedelta(hours=1.5)
        then = await again.read(view, Query(ids=("urn:x:entry",)), at)
        assert then.entities[0].value("note") == "first words"
    finally:
        await again.close()


async def test_the_log_tells_of_quiet_changes_although_their_history_is_sealed(
    city: City, grant: Grant, view: View
) -> None:
    for hour in range(3):
        await city.write(grant, (reading("x", hour, pH=hour + 0.5),), quiet=True)
    plain = await anext(city.changes(view, None, 0))
    await city.sealer.round(hot_for=NOW, few=1)

    sealed = await anext(city.changes(view, None, 0))

    assert sealed == plain
    assert [one.fragment["pH"]["value"] for one in sealed] == [0.5, 1.5, 2.5]


async def test_the_log_tells_the_whole_of_a_change_that_is_sealed_in_part(
    city: City, grant: Grant, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(2):
        change = reading("x", hour, pH=hour + 0.5)
        whole = {**change.body, "O2": {"type": "Property", "value": hour}}  # of another shape
        await city.write(grant, (change._replace(body=whole),), quiet=True)
    plain = await anext(city.changes(view, None, 0))
    monkeypatch.setattr("hansa.context.sealing._CHUNK", 3)
    await city.sealer.round(hot_for=NOW, few=3)
    left = await city.database.read(lambda tx: tx.one("SELECT count(*) FROM history"))

    assert left == (1,)
    assert await anext(city.changes(view, None, 0)) == plain
