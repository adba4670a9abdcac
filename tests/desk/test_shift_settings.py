"""shifts.yaml: what it may say, and how a mistake is named."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hansa.base.problems import BadFile
from hansa.desk import load_shifts
from hansa.desk.shifts.model import Hours, ShiftSettings
from tests.conftest import ROOT

ZONE = ZoneInfo("Europe/Moscow")
ROLES = ("duty-officer", "mayor", "administrator")
POST = """posts:
  duty:
    title: {en: Duty}
    roles: [duty-officer]
    shifts: [{from: "08:00", until: "20:00"}]
"""


def _load(folder: Path, text: str) -> ShiftSettings:
    (folder / "shifts.yaml").write_text(text)
    return load_shifts(folder, ZONE, ("en",), ROLES)


def test_without_a_file_a_city_has_no_posts(tmp_path: Path) -> None:
    assert not load_shifts(tmp_path, ZONE, ("en",), ROLES).posts


def test_posts_and_duties(tmp_path: Path) -> None:
    found = _load(
        tmp_path,
        POST + "duties:\n  check:\n    post: duty\n    title: {en: Check}\n    every: 1 h\n"
        "    days: [mon, sun]\n    escalate: mayor\n",
    )
    assert found.posts["duty"].hours == (Hours(time(8), time(20)),)
    (duty,) = found.of_post("duty")
    assert (duty.every, duty.within) == (timedelta(hours=1), timedelta(minutes=30))
    assert (duty.days, duty.escalate) == (frozenset({0, 6}), "mayor")


@pytest.mark.parametrize("city", ["boston", "ryazan-exercise"])
def test_the_cities_of_the_repository(city: str) -> None:
    found = load_shifts(ROOT / "cities" / city, ZONE, ("en", "ru", "uk"), ROLES)
    assert len(found.of_post("duty")) == 3


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (POST.replace("08:00", "8 am"), 5, "posts.duty.shifts.0.from"),
        (POST.replace("[duty-officer]", "[king]"), 4, "posts.duty.roles.0"),
        (POST.replace("{en: Duty}", "{ru: Пост}"), 3, "posts.duty.title"),
        (POST.replace("  duty:", "  Duty desk:"), 2, "posts.Duty desk"),
        (POST + "duties:\n  a: {post: b, title: {en: A}, at: ['06:00']}\n", 7, "duties.a.post"),
        (POST + "duties:\n  a: {post: duty, title: {en: A}}\n", 7, "duties.a"),
        (
            POST + "duties:\n  a:\n    post: duty\n    title: {en: A}\n    every: 1 min\n",
            10,
            "duties.a.every",
        ),
        (
            POST + "duties:\n  a:\n    post: duty\n    title: {en: A}\n    at: ['06:00']\n"
            "    within: soon\n",
            11,
            "duties.a.within",
        ),
        (POST + "posts2: {}\n", 6, "posts2"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, field: str) -> None:
    with pytest.raises(BadFile) as caught:
        _load(tmp_path, text)
    assert caught.value.where == f"{tmp_path / 'shifts.yaml'}:{line} {field}"
