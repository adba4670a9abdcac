"""The real requests and the real buoy of summer 2015, through the city's own mappings."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hansa.base.settings import load_city
from hansa.sectors import Mapped, Refusal, Row, Source, load_sources
from hansa.sectors.files.fetch import Asked, items
from hansa.sectors.places import scan
from hansa.watch import load_rules
from tests.sectors.helpers import VOCABULARY


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "cities" / "boston"


@pytest.fixture(scope="module")
def sources(folder: Path) -> dict[str, Source]:
    return {one.name: one for one in load_sources(folder, VOCABULARY)}


def _outcomes(source: Source, data: Path) -> Iterator[object]:
    for found in scan(data, (source,)):
        for item in items(Asked(found.path, found.name, source.file, source.columns)):
            yield source.mapper(item.what) if isinstance(item.what, Row) else item.what


def test_city_folder_is_whole(folder: Path) -> None:
    settings = load_city(folder)

    assert settings.world == "actual"
    assert load_rules(folder / "rules", VOCABULARY, settings.languages)


@pytest.mark.slow
def test_every_real_request_is_accepted_and_oddities_are_counted(
    sources: dict[str, Source], shared_data: Path
) -> None:
    outcomes = list(_outcomes(sources["requests-311"], shared_data / "boston-2015"))

    assert len(outcomes) == 52_730
    mapped = [one for one in outcomes if isinstance(one, Mapped)]
    assert len(mapped) == 52_730
    assert Counter(flag for one in mapped for flag in one.flags) == {
        "closed-before-opened": 150,
        "not-located": 6_845,
        "answered-but-not-closed": 37,
    }
    for one in mapped:
        closed = [state for state in one.states if "closedAt" in state.body]
        assert all(state.body["status"]["value"] == "closed" for state in closed)
        assert not any("status_notes" in state.body for state in one.states if state not in closed)


@pytest.mark.slow
def test_clock_of_the_buoy_stays_on_winter_time(
    sources: dict[str, Source], shared_data: Path
) -> None:
    outcomes = list(_outcomes(sources["river-buoy"], shared_data / "boston-2015"))

    mapped = [one for one in outcomes if isinstance(one, Mapped)]
    assert not any(isinstance(one, Refusal) for one in outcomes)
    assert (len(outcomes), len(mapped)) == (13_390, 13_390)
    assert mapped[0].states[0].moment.isoformat() == "2015-05-13T17:00:00+00:00"
    moments = [one.states[0].moment for one in mapped if one.states]
    assert moments == sorted(set(moments))
    assert sum("no-values" in one.flags for one in mapped) == 512
    assert not any(
        state.body.get("batteryVoltage", {}).get("value", 0) < 0
        for one in mapped
        for state in one.states
    )
