"""A home has one owner, one city, one world."""

import stat
from pathlib import Path

import pytest

from hansa.app import Home, HomeBusy
from hansa.base.problems import StoreRefused


def test_home_has_one_owner_at_a_time(tmp_path: Path) -> None:
    first = Home(tmp_path / "home").claim("a", tmp_path, "actual")
    with first, pytest.raises(HomeBusy, match="owned by another process"):
        Home(tmp_path / "home").claim("a", tmp_path, "actual")
    Home(tmp_path / "home").claim("a", tmp_path, "actual").release()


@pytest.mark.parametrize(
    ("city", "world", "said"),
    [
        ("b", "actual", "is the home of a, not of b"),
        ("a", "exercise:x", "lives in the world actual, not in exercise:x"),
    ],
)
def test_home_remembers_city_and_world(tmp_path: Path, city: str, world: str, said: str) -> None:
    Home(tmp_path / "home").claim("a", tmp_path, "actual").release()
    with pytest.raises(StoreRefused, match=said):
        Home(tmp_path / "home").claim(city, tmp_path, world)
    assert Home(tmp_path / "home").remembered() == ("a", tmp_path, "actual")


def test_home_is_closed_to_others_even_where_it_stood_open(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    Home(home).claim("a", tmp_path, "actual").release()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("written", ["{", "[]", '{"format": 1}', ""])
def test_damaged_home_says_so(tmp_path: Path, written: str) -> None:
    (tmp_path / "home.json").write_text(written)
    with pytest.raises(StoreRefused, match="is damaged"):
        Home(tmp_path).claim("a", tmp_path, "actual")


def test_home_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Home(home).claim("a", tmp_path, "actual").release()
    newer = (home / "home.json").read_text().replace('"format":1', '"format":2')
    (home / "home.json").write_text(newer)
    with pytest.raises(StoreRefused, match="made by a newer Hansa"):
        Home(home).claim("a", tmp_path, "actual")
    assert (home / "home.json").read_text() == newer
