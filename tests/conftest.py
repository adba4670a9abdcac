"""What every test may lean on, and the two laws of the suite.

No test reaches further than this machine, and where `CI=true` a skipped test is a failed one:
what may be missing on a newcomer's laptop (a browser, the shared data) may not be missing there.
"""

import ipaddress
import os
import sys
from collections.abc import AsyncIterator, Generator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from hansa.base.clock import ManualClock
from hansa.base.settings import CitySettings, load_city
from hansa.base.vocabulary import load_vocabulary
from hansa.context import City

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


# No test is timed, a property as little as another: a busy machine must not turn one red.
hypothesis.settings.register_profile(
    "hansa",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("hansa")


class NetworkRefusedError(RuntimeError):
    """A test tried to leave this machine. No OSError, so that no code takes it for weather."""


def _is_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return text.endswith(".localhost")


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise NetworkRefusedError(f"a test may not connect to {address[0]}")
    elif event == "socket.getaddrinfo" and not _is_literal_or_here(arguments[0]):
        raise NetworkRefusedError(f"a test may not look up {arguments[0]}")


def _is_literal_or_here(host: object) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return _is_here(host)
    return True  # no name to look up


# An audit hook sees every socket of the process, whoever opens it; it cannot be taken off again.
sys.addaudithook(_stay_here)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where `CI=true`, turn a skip (not an expected failure) into a failure that says so."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a skip is a failure where CI=true ({reason})"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid}: a skipped module is a failure where CI=true"
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; never part of it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data (../shared/data beside the repository) are not on this machine")
    return SHARED_DATA


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon UTC of a Monday until the test moves it."""
    return ManualClock(datetime(2026, 6, 1, 12, tzinfo=UTC))


CITY_YAML = """
name: testing
title: {en: Testing}
zone: Europe/Moscow
world: exercise:testing
map: {center: [39.74, 54.63]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> CitySettings:
    """An exercise city's folder with nothing but its `city.yaml`."""
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML)
    return load_city(folder)


@pytest.fixture
async def city(settings: CitySettings, tmp_path: Path, clock: ManualClock) -> AsyncIterator[City]:
    """A real city on disk, in a home of its own."""
    opened = await City.open(settings, load_vocabulary(), tmp_path / "home", clock)
    yield opened
    await opened.close()
