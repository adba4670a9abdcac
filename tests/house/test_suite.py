"""The laws of the suite hold: nothing leaves the machine, and in CI nothing is skipped."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

SKIPS_ITSELF = """
import pytest

def test_without_a_browser():
    pytest.skip("no browser here")
"""


@pytest.mark.parametrize("address", ["192.0.2.1", "203.0.113.7"])
def test_no_test_connects_to_another_machine(address: str) -> None:
    with (
        socket.socket() as outgoing,
        pytest.raises(RuntimeError, match=f"may not connect to {address}"),
    ):
        outgoing.connect((address, 80))


def test_no_test_looks_up_a_name() -> None:
    with pytest.raises(RuntimeError, match=r"may not look up city\.invalid"):
        socket.getaddrinfo("city.invalid", 80)


@pytest.mark.parametrize(("ci", "passes"), [("true", False), ("", True)])
def test_a_skip_is_a_failure_in_continuous_integration(
    tmp_path: Path, ci: str, passes: bool
) -> None:
    (tmp_path / "test_browser.py").write_text(SKIPS_ITSELF, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    plugins = ["-p", "tests.conftest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "-c", "pytest.ini", "."]
    surroundings = os.environ | {"CI": ci, "PYTHONPATH": str(ROOT)}

    answer = subprocess.run(
        command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
    )

    assert (answer.returncode == 0) is passes, answer.stdout + answer.stderr
