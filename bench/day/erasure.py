"""The canary after an erasure: the test that looks for it everywhere, and where it looked.

The test is the measure (`tests/app/test_erasure_leaves_nothing.py`): a node takes calls, a request
of a citizen's app, notes and photographs of one invented person, who is then forgotten; every byte
of home, exports, log, backup and restored home is looked through for any form of the canary.
"""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as Xml
from collections import Counter
from pathlib import Path

from bench import node
from bench.figure import Figure

TEST = "tests/app/test_erasure_leaves_nothing.py"
_KINDS = (
    ("WAL", r"-wal$"),
    ("segments", r"\.parquet|\(rows\)|segment"),
    ("databases with their indexes and free pages", r"\.(db|sqlite)$|-shm$"),
    ("PDF (bytes, text, streams)", r"\.pdf|\(text\)|\(stream"),
    ("exports", r"\.(csv|geojson)"),
    ("logs", r"\.(log|txt)$"),
)


def measure(place: Path) -> list[Figure]:
    """Whether it was found, and how many places of each kind were looked through."""
    report = place / "erasure.xml"
    words = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-q", TEST]
    words += [f"--junitxml={report}", "-o", "junit_family=xunit1"]
    ran = subprocess.run(words, cwd=node.ROOT, capture_output=True, text=True, check=False)
    places = _places(report)
    kinds = Counter(_kind(one) for one in places)
    good = ran.returncode == 0 and bool(places)
    notes: dict[str, object] = {
        "looked through": dict(kinds.most_common()),
        "where": "home while it runs, home, files taken out, backup, restored home",
    }
    if not good:
        notes["said"] = ran.stdout[-500:]
    return [
        Figure(
            "after an erasure: the canary in files, index, WAL, segments, exports, PDF, backup",
            "found nowhere",
            "places looked through",
            (float(len(places)),),
            good,
            notes,
        )
    ]


def _places(report: Path) -> list[str]:
    if not report.exists():
        return []
    found = Xml.parse(report).iter("property")  # noqa: S314 - our own test wrote it
    return [
        place
        for one in found
        if one.get("name") == "looked through"
        for place in json.loads(one.get("value") or "[]")
    ]


def _kind(place: str) -> str:
    return next((kind for kind, form in _KINDS if re.search(form, place)), "other files")
