"""The real city of 2015 through its own mappings: docs/data/boston.md holds what comes of it.

Every number in the tables of that page is recomputed here, from what the mappings answer or from
the files themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hansa.base.settings import load_city
from hansa.sectors import Mapped, Refusal, Row, Source, load_sources
from hansa.sectors.connectors.files.fetch import Asked, items
from hansa.sectors.places import patterns, scan
from hansa.watch import load_rules
from tests.sectors.helpers import VOCABULARY
from tests.sectors.seen import SEEN, TEXTS, Files

NUMBER = re.compile(r"[\d,]+")


@dataclass
class Told:
    """What the mapping of a source made of its file."""

    file: str = ""
    mapped: list[Mapped] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        return {state.id for one in self.mapped for state in one.states}

    @property
    def states(self) -> Iterator[Any]:
        return (state for one in self.mapped for state in one.states)


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "cities" / "boston"


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "boston-2015"


@pytest.fixture(scope="module")
def sources(folder: Path) -> dict[str, Source]:
    return {one.name: one for one in load_sources(folder, VOCABULARY)}


@pytest.fixture(scope="module")
def told(sources: dict[str, Source], data: Path) -> dict[str, Told]:
    return {name: _told(source, data) for name, source in sources.items()}


def _told(source: Source, data: Path) -> Told:
    told = Told()
    for found in scan(data, (source,)):
        told.file = found.name
        for item in items(Asked(found.path, found.name, source.files, source.columns)):
            assert isinstance(item.what, Row), item
            outcome = source.mapper(item.what)
            if isinstance(outcome, Mapped):
                told.mapped.append(outcome)
            else:
                told.refused.append(outcome)
    return told


@pytest.fixture(scope="module")
def tables(root: Path) -> list[list[list[str]]]:
    """The tables of the document, without their heads."""
    found: list[list[list[str]]] = [[]]
    for line in (root / "docs/data/boston.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [table[2:] for table in found if table]


def _int(cell: str) -> int:
    assert NUMBER.fullmatch(cell), cell
    return int(cell.replace(",", ""))


def test_city_folder_is_whole(folder: Path) -> None:
    settings = load_city(folder)

    assert settings.world == "actual"
    assert load_rules(folder / "rules", VOCABULARY, settings.languages)


def test_every_source_says_what_it_is_in_three_languages(sources: dict[str, Source]) -> None:
    for name, source in sources.items():
        file = source.file
        said = file.licence and file.note and file.span
        assert file.title.keys() == {"en", "ru", "uk"}, name
        assert said, name


def test_every_file_has_a_source(sources: dict[str, Source], data: Path) -> None:
    wanted = {pattern for source in sources.values() for pattern in patterns(source)}

    assert {path.name for path in data.iterdir()} <= wanted


@pytest.mark.slow
def test_rows_are_those_of_the_document(
    told: dict[str, Told], tables: list[list[list[str]]]
) -> None:
    document = {name: (file, *map(_int, numbers)) for name, file, *numbers in tables[0]}

    assert document == {
        name: (
            one.file,
            len(one.mapped) + len(one.refused),
            len(one.mapped),
            len(one.refused),
            len(one.ids),
        )
        for name, one in told.items()
    }


@pytest.mark.slow
def test_refusals_and_flags_are_those_of_the_document(
    told: dict[str, Told], tables: list[list[list[str]]]
) -> None:
    refused = {(name, rule, where): _int(rows) for name, rule, where, rows, _ in tables[1]}
    flagged = {(name, flag): _int(rows) for name, flag, rows, _ in tables[2]}

    assert refused == Counter(
        (name, row.rule, row.field) for name, one in told.items() for row in one.refused
    )
    assert flagged == Counter(
        (name, flag) for name, one in told.items() for row in one.mapped for flag in row.flags
    )


@pytest.mark.slow
def test_what_is_seen_in_the_files_is_what_the_document_says(
    data: Path, tables: list[list[list[str]]]
) -> None:
    files = Files(data)
    document = {what: _int(count) for what, count, _ in tables[3]}

    assert document == {what: count(files) for what, count in SEEN.items()}


@pytest.mark.slow
def test_no_column_of_a_request_is_told_before_its_time(told: dict[str, Told]) -> None:
    for one in told["requests-311"].mapped:
        closed = [state for state in one.states if "closedAt" in state.body]
        assert all(state.body["status"]["value"] == "closed" for state in closed)
        assert not any("status_notes" in state.body for state in one.states if state not in closed)


@pytest.mark.slow
def test_a_text_is_known_when_written_and_its_answer_when_updated(
    told: dict[str, Told], data: Path
) -> None:
    rows = {row["service_request_id"]: row for row in Files(data)[TEXTS]}
    for one in told["request-texts"].mapped:
        row = rows[one.states[0].id.rpartition(":")[2]]
        first, *later = one.states
        late = "updated-before-requested" in one.flags
        assert ("description" in first.body) == bool(row["description"])
        assert not any("description" in state.body for state in later)
        if not late:
            assert "status_notes" not in first.body
            assert "updated_datetime" not in first.body
        if "in-two-files" in one.flags:
            assert not {"status", "location", "address_string", "service_name"} & first.body.keys()


@pytest.mark.slow
def test_a_mean_is_known_when_its_time_is_over(told: dict[str, Told]) -> None:
    hours = {"air": 24, "power-demand": 1, "station-entries": 23, "weather": 23}
    for name, least in hours.items():
        for state in told[name].states:
            for instance in state.body.values():
                if "observedAt" in instance:
                    since = instance["observedAt"].replace("Z", "+00:00")
                    begun = state.moment.fromisoformat(since)
                    assert (state.moment - begun).total_seconds() >= least * 3600, (name, state)


@pytest.mark.slow
def test_clock_of_the_buoy_stays_on_winter_time(told: dict[str, Told]) -> None:
    mapped = told["river-buoy"].mapped
    moments = [one.states[0].moment for one in mapped if one.states]

    assert moments[0].isoformat() == "2015-05-13T17:00:00+00:00"
    assert moments == sorted(set(moments))
    batteries = [one.body.get("batteryVoltage", {}) for one in told["river-buoy"].states]
    assert not any(one.get("value", 0) < 0 for one in batteries)


@pytest.mark.slow
def test_bins_of_2014_stand_on_the_same_weekdays_of_2015(told: dict[str, Told]) -> None:
    moments = [state.moment for state in told["bins"].states]

    assert min(moments).isoformat() == "2015-05-13T04:15:00+00:00"
    assert max(moments).isoformat() == "2015-10-01T03:02:00+00:00"


@pytest.mark.slow
def test_value_and_sign_of_a_result_are_both_kept(told: dict[str, Told]) -> None:
    signs = Counter(
        (name, instance["qualifier"]["value"], instance["value"])
        for state in told["river-samples"].states
        for name, instance in state.body.items()
        if "qualifier" in instance
    )

    assert sum(signs.values()) == 71
    assert signs["tss", "<", 5.0] == 33
    assert signs["escherichiaColi", ">", 24200.0] == 1
