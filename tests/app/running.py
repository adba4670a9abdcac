"""A node as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_node(city: Path, home: Path) -> Iterator[None]:
    """`hansa up` on a free port; ended at the end."""
    words = ["up", "--city", str(city), "--home", str(home), "--port", "0"]
    command = Path(sys.executable).with_name("hansa")
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [str(command), *words], stdout=subprocess.PIPE, text=True, env=environment
    ) as node:
        assert node.stdout is not None
        assert "http://127.0.0.1:" in node.stdout.readline()
        try:
            yield
        finally:
            node.terminate()
            assert node.wait(30) == 0
