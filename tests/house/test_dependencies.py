"""What Hansa stands on is named, reasoned, pinned and free to use."""

import json
import re
import tomllib

from tests.house import installed
from tests.house.source import ROOT

REASONS = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")

# Used as separate files that anyone may replace, which is what the LGPL asks; see the document.
LESSER_GPL = {"frozendict"}

# What no line of ours imports: uvicorn takes the parser by itself, zoneinfo its data.
TAKEN_BY_OTHERS = {"httptools", "tzdata"}
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "fontpkg-inter": "fontpkg_inter",
    "google-re2": "re2",
    "paho-mqtt": "paho",
    "gtfs-realtime-bindings": "google.transit",
    "prometheus-client": "prometheus_client",
    "python-calamine": "python_calamine",
    "pyyaml": "yaml",
}


def _licence(name: str) -> str:
    about = installed.closure()[name].metadata
    stated = [
        *(about.get_all("License-Expression") or ()),
        *(text for text in about.get_all("Classifier") or () if text.startswith("License")),
        *(text.strip().partition("\n")[0] for text in about.get_all("License") or ()),
    ]
    return " ".join(stated)


def test_every_package_at_run_time_states_a_licence_that_binds_nobody() -> None:
    for name in installed.closure():
        licence = _licence(name).upper()
        assert licence.strip(), f"{name} states no licence"
        if name not in LESSER_GPL:
            assert not re.search("GPL|GNU|AFFERO", licence), f"{name}: {licence}"


def test_the_list_of_lesser_gpl_is_not_longer_than_need_be() -> None:
    assert {name for name in installed.closure() if "LGPL" in _licence(name)} == LESSER_GPL


def test_every_requirement_at_run_time_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {text.split(">=")[0] for text in project["dependencies"]} - TAKEN_BY_OTHERS
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))

    def imported(name: str) -> bool:
        module = IMPORTED_AS.get(name, name)
        found = rf"^\s*(?:from|import) {module}\b|import_module\(\"{module}\b"
        return re.search(found, code, re.MULTILINE) is not None

    assert [name for name in sorted(names) if not imported(name)] == []


def test_every_requirement_of_python_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    names = [text.split(">=")[0] for text in [*project["dependencies"], *extras]]

    assert [name for name in names if f"| `{name}` |" not in REASONS] == []


def test_every_requirement_of_the_console_has_its_reason() -> None:
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    names = [*package.get("dependencies", {}), *package.get("devDependencies", {})]

    assert [name for name in names if f"| `{name}` |" not in REASONS] == []


def test_no_package_of_the_console_is_under_the_gpl() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    licences = {name: str(entry.get("license", "")) for name, entry in lock["packages"].items()}

    assert {name: one for name, one in licences.items() if "GPL" in one.upper()} == {}


def test_pins_are_what_is_installed() -> None:
    assert (ROOT / "constraints.txt").read_text(encoding="utf-8") == installed.pins()
