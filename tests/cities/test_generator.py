"""The play of an exercise city: the same every time, without gaps, and only in an exercise."""

import asyncio
import csv
import io
import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.sectors import Mapped, load_sources
from hansa.sectors import Row as SourceRow
from hansa.sectors.generator import (
    Play,
    burst,
    exercise_script,
    load_script,
    render,
    rows_between,
    run_generator,
)

CITY = load_city(Path(__file__).parents[2] / "cities" / "ryazan-exercise")
SCRIPT = exercise_script(CITY)
OPENING = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
PLAY = Play(SCRIPT, CITY.zone, OPENING, OPENING - timedelta(hours=24))
MINUTE = timedelta(minutes=1)


def text_of(play: Play, start: datetime, end: datetime) -> dict[str, bytes]:
    told = rows_between(play, start, end)
    streams = play.script.streams()
    return {name: render(streams[name], play.zone, rows) for name, rows in told.items()}


def cells(name: str, content: bytes) -> list[dict[str, object]]:
    stream = SCRIPT.streams()[name]
    if stream.format == "jsonl":
        return [json.loads(line) for line in content.splitlines()]
    return list(csv.DictReader(io.StringIO(content.decode()), delimiter=stream.delimiter))


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = Play(exercise_script(CITY), CITY.zone, OPENING, PLAY.begins)
    end = OPENING + 90 * MINUTE
    assert text_of(PLAY, PLAY.begins, end) == text_of(again, PLAY.begins, end)


def test_another_seed_gives_another_story() -> None:
    other = replace(PLAY, script=msgspec.structs.replace(SCRIPT, seed=SCRIPT.seed + 1))
    assert text_of(PLAY, PLAY.begins, OPENING) != text_of(other, PLAY.begins, OPENING)


@settings(deadline=None, max_examples=25)
@given(
    start=st.integers(-1440, 130),
    lengths=st.tuples(st.integers(0, 7200), st.integers(0, 7200)),
    tempo=st.sampled_from([0.25, 1.0, 3.0]),
)
def test_an_interval_cut_anywhere_gives_the_same_rows(
    start: int, lengths: tuple[int, int], tempo: float
) -> None:
    play = replace(PLAY, tempo=tempo)
    first = OPENING + start * MINUTE
    middle = first + timedelta(seconds=lengths[0])
    last = middle + timedelta(seconds=lengths[1])
    whole, left, right = (
        rows_between(play, *ends) for ends in ((first, last), (first, middle), (middle, last))
    )
    assert whole == {name: left[name] + right[name] for name in whole}


def test_each_column_of_each_stream_says_something() -> None:
    told = text_of(PLAY, PLAY.begins, OPENING + 60 * MINUTE)
    for name, stream in SCRIPT.streams().items():
        rows = cells(name, told[name])
        empty = [column for column in stream.columns if not any(row[column] for row in rows)]
        assert not empty, name


def test_the_mappings_accept_every_row_of_a_day_and_two_rounds() -> None:
    told = text_of(PLAY, PLAY.begins, OPENING + 2 * timedelta(minutes=SCRIPT.round))
    sources = load_sources(CITY.folder, load_vocabulary())
    for source in (one for one in sources if one.name in told):
        rows = cells(source.name, told[source.name])
        mapped = [source.mapper(SourceRow("file", 1, row)) for row in rows]
        assert [one for one in mapped if not isinstance(one, Mapped) or one.flags] == []


def test_readings_have_no_hole_but_where_a_post_is_silent() -> None:
    told = rows_between(PLAY, PLAY.begins, OPENING + 60 * MINUTE)["air"]
    widest = {
        post: max(b - a for a, b in pairwise(moments))
        for post in {row.key for row in told}
        if (moments := [row.at for row in told if row.key == post])
    }
    silent = {post for post, gap in widest.items() if gap > timedelta(seconds=300)}
    assert silent == {"air-3", "air-7"}


def test_a_request_comes_once_and_is_closed_once() -> None:
    end = OPENING + timedelta(hours=34)
    told = rows_between(PLAY, PLAY.begins, end)["requests"]
    old = {row.key for row in told if row.fields["status"] == "в работе" and row.at < OPENING}
    count = Counter(row.key for row in told if row.key in old)
    assert len(old) > 200
    assert set(count.values()) == {2}


def test_calls_follow_the_rhythm_of_the_day() -> None:
    opened = [
        row.at.astimezone(CITY.zone).hour
        for row in rows_between(PLAY, PLAY.begins, OPENING - timedelta(hours=7))["requests"]
        if row.fields["closed"] is None
    ]
    assert sum(8 <= hour < 11 for hour in opened) > 5 * sum(1 <= hour < 4 for hour in opened)


def test_two_sectors_tell_the_same_trouble_within_two_minutes() -> None:
    told = rows_between(PLAY, OPENING, OPENING + 2 * MINUTE)
    fault = told["network-faults"][0].fields
    calls = [
        row.fields
        for row in told["requests"]
        if row.fields["code"] == "heating" and row.fields["district"] == fault["district"]
    ]
    assert told["network-faults"][0].at <= OPENING + MINUTE
    assert fault["sector"] == "heat"
    assert len(calls) >= 6


@settings(deadline=None)
@given(round_=st.integers(0, 5))
def test_something_new_happens_every_few_minutes_in_each_round(round_: int) -> None:
    start = OPENING + round_ * timedelta(minutes=SCRIPT.round)
    told = rows_between(PLAY, start, start + timedelta(minutes=SCRIPT.round))
    begun = [row.at for row in told["network-faults"] if row.fields["status"] == "reported"]
    assert len(begun) == 6
    assert len({row.key for row in told["network-faults"]}) >= 6


class Stage:
    """A generator that runs on a clock moved by hand, and what it wrote."""

    def __init__(self, inbox: Path, clock: ManualClock) -> None:
        self.inbox = inbox
        self.clock = clock

    async def run_until(self, moment: datetime) -> None:
        """A run from now to `moment`, and then the process is gone."""
        task = asyncio.create_task(run_generator(CITY, self.inbox, self.clock))
        while self.clock.now() < moment:
            await self._let_work()
            self.clock.set(min(self.clock.now() + timedelta(seconds=1), moment))
        await self._let_work()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _let_work(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)

    def lines(self, name: str) -> Counter[str]:
        """How often each line stands in all files of a stream."""
        return Counter(
            line
            for path in sorted((self.inbox / name).iterdir())
            for line in path.read_text(encoding="utf-8").splitlines()
        )


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "inbox", ManualClock(OPENING))


async def test_a_first_start_tells_the_last_day_at_once(stage: Stage) -> None:
    await stage.run_until(OPENING)
    every = text_of(PLAY, PLAY.begins, OPENING + timedelta(seconds=1))
    expected = {name: text for name, text in every.items() if text.count(b"\n") > 1}
    assert every.keys() - expected.keys() == {"app"}  # its story begins later
    assert {name: set(stage.lines(name)) for name in expected} == {
        name: set(text.decode().splitlines()) for name, text in expected.items()
    }


async def test_a_restart_goes_on_without_gap_or_double(stage: Stage) -> None:
    for stop in (70, 71, 130):
        await stage.run_until(OPENING + timedelta(seconds=stop))
        stage.clock.advance(timedelta(seconds=20))
    end = OPENING + timedelta(seconds=200)
    await stage.run_until(end)
    for name, rows in rows_between(PLAY, PLAY.begins, end).items():
        if SCRIPT.streams()[name].format == "csv":
            header = ";".join(SCRIPT.streams()[name].columns)
            written = stage.lines(name)
            told = [line for line in written if line.replace(",", ";") != header.replace(",", ";")]
            assert len(told) == len(rows), name
            assert {written[line] for line in told} == {1}, name


async def test_a_start_after_the_round_closes_it_and_opens_anew(stage: Stage) -> None:
    await stage.run_until(OPENING + MINUTE)
    stage.clock.advance(timedelta(hours=30))
    opened = stage.clock.now()
    await stage.run_until(opened + MINUTE)
    faults = [json.loads(line) for line in stage.lines("network-faults")]
    restored = {one["number"] for one in faults if one["status"] == "restored"}
    fresh = {one["number"] for one in faults if datetime.fromisoformat(one["changed"]) >= opened}
    late = {one["number"] for one in faults if one["object"].startswith("Утечка")}
    assert len(fresh) == 1
    assert {one["number"] for one in faults} - restored == fresh | (late - restored)


async def test_old_files_of_its_own_are_swept_and_foreign_ones_stay(stage: Stage) -> None:
    await stage.run_until(OPENING)
    (stage.inbox / "air" / "by-hand.csv").write_text("post")
    old = set((stage.inbox / "air").iterdir())
    stage.clock.advance(timedelta(hours=30))
    await stage.run_until(stage.clock.now())
    kept = set((stage.inbox / "air").iterdir())
    assert {path.name for path in old & kept} == {"20261121T180000Z.csv", "by-hand.csv"}


async def test_a_city_of_the_actual_world_is_never_played(tmp_path: Path) -> None:
    actual: CitySettings = msgspec.structs.replace(CITY, world="actual")
    with pytest.raises(BadFile, match="exercise"):
        await run_generator(actual, tmp_path, ManualClock(OPENING))


async def test_a_broken_note_of_progress_names_the_file(stage: Stage) -> None:
    await stage.run_until(OPENING)
    (stage.inbox / ".generator.json").write_text('{"opening": "soon"}')
    with pytest.raises(BadFile, match=r"\.generator\.json"):
        await run_generator(CITY, stage.inbox, stage.clock)


async def test_a_burst_has_one_reading_in_a_hundred_across_each_from_its_own_post(
    stage: Stage,
) -> None:
    task = asyncio.create_task(burst(CITY, stage.inbox, stage.clock, 500, 2))
    while not task.done():
        await asyncio.sleep(0)
        stage.clock.advance(timedelta(milliseconds=100))
    rows = [
        row
        for path in (stage.inbox / "river").iterdir()
        for row in cells("river", path.read_bytes())
    ]
    high = [row["post"] for row in rows if float(str(row["level_cm"])) > 500]
    assert await task == len(rows) == 1000
    assert len(high) == len(set(high)) == 10


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("areas: [nowhere]", "no area"),
        ("silences: [{stream: air, sensors: [none], after: 0, until: 1}]", "no sensor"),
        ("silences: [{stream: air, sensors: [air-1], after: 0, until: 99}]", "its round"),
    ],
)
def test_a_wrong_script_is_refused_with_its_line(tmp_path: Path, wrong: str, message: str) -> None:
    path = tmp_path / "generator.yaml"
    good = (CITY.folder / "generator.yaml").read_text(encoding="utf-8")
    path.write_text(good.replace("episodes:\n", f"episodes:\n  - {{name: x, at: 1, {wrong}}}\n"))
    with pytest.raises(BadFile, match=message) as caught:
        load_script(path)
    line = path.read_text(encoding="utf-8").splitlines().index("episodes:") + 2
    assert caught.value.where == f"{path}:{line}"
