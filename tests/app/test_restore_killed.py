"""A restore killed at any moment leaves a home that is refused, never half a home that opens.

A child process restores and ends itself with SIGKILL at its n-th call that forces something to the
disk, for every n until it gets through.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hansa.app import Home
from hansa.app.cli import main
from hansa.base.problems import StoreRefused
from tests.app.backing import folder_of_city

CHILD = """
import itertools, os, signal, sys
from pathlib import Path
from hansa.app.restoring import Wanted, restore
from hansa.base.clock import SystemClock

source, keys, homes = map(Path, sys.argv[1:])

def killed_at(number):
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    calls, force = itertools.count(1), os.fsync

    def fsync(handle):
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        force(handle)

    os.fsync = fsync
    restore(Wanted(source, homes / str(number), keys), SystemClock())
    os._exit(0)

print(next(number for number in itertools.count(1) if not killed_at(number)))
"""


def hansa(*words: str | Path) -> str:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exit_code == 0, answer.output
    return answer.output


def opens(home: Path) -> bool:
    if not (home / "restoring").exists():
        return Home(home).remembered() is not None
    with pytest.raises(StoreRefused, match="broke off"):
        Home(home).claim("hand-made", home, "exercise:hand-made")
    return False


def test_restore_killed_anywhere_leaves_a_whole_home_or_one_that_is_refused(tmp_path: Path) -> None:
    city, home, kept = folder_of_city(tmp_path), tmp_path / "home", tmp_path / "kept"
    hansa("backup", "make", "--city", city, "--home", home, "--to", kept)
    homes = tmp_path / "homes"
    child = [sys.executable, "-c", CHILD, str(kept), str(home / "keys"), str(homes)]
    answer = subprocess.run(child, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr

    last = int(answer.stdout)
    assert last > 5
    state = {number: opens(homes / str(number)) for number in range(1, last + 1)}
    assert [number for number, whole in state.items() if whole] in ([last], [last - 1, last])
    for number in (number for number, whole in state.items() if whole):
        hansa("doctor", "--home", homes / str(number))
    shutil.rmtree(homes / "3")
    hansa("restore", kept, "--home", homes / "3")
