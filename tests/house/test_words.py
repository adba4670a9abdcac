"""No kept file names a place of one machine, a host to fetch from, or a city in code."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.house.source import ROOT, kept_files, name_of

# Put together here, so that this file does not hold what it looks for.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("registry", "npmjs"), ("deb", "debian"))]
HOSTS += ["python" + "hosted", "npm" + "mirror"]
PLACES = ["/" + folder + "/" for folder in ("work", "tmp", "root", "home")]
NOT_TEXT = {".woff2", ".woff", ".ttf", ".png", ".gz", ".xlsx", ".pbf", ".ico", ".pmtiles", ".zip"}


def _texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8"))
        for path in kept_files()
        if path.suffix not in NOT_TEXT and not name_of(path).startswith("tests/sectors/fixtures")
    ]


def _lines_with(words: list[str], *, skip: frozenset[str] = frozenset()) -> list[str]:
    pattern = re.compile(r"(?<![\w.:/-])(?:" + "|".join(map(re.escape, words)) + ")")
    return [
        f"{name_of(path)}:{number} {found.group(0)}"
        for path, text in _texts()
        if name_of(path) not in skip
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_no_kept_file_names_a_host_to_fetch_packages_from() -> None:
    pattern = re.compile("|".join(map(re.escape, HOSTS)))

    assert [name_of(path) for path, text in _texts() if pattern.search(text)] == []


def test_no_kept_file_names_a_place_of_one_machine() -> None:
    assert _lines_with(PLACES) == []


def test_npm_lock_holds_no_download_addresses() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))

    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_constraints_hold_pins_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert [line for line in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.+]*", line)] == []


@pytest.mark.parametrize("city", sorted((ROOT / "cities").glob("*/city.yaml")), ids=name_of)
def test_no_city_is_named_in_code(city: Path) -> None:
    about = yaml.safe_load(city.read_text(encoding="utf-8"))
    names = [about["name"].split("-")[0], *about["title"].values()]
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)
    code = [path for folder in ("src/hansa", "web/src") for path in (ROOT / folder).rglob("*")]
    sources = [path for path in code if path.suffix in {".py", ".ts", ".svelte"}]

    assert [name_of(p) for p in sources if pattern.search(p.read_text(encoding="utf-8"))] == []
