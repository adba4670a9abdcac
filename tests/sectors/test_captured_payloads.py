"""Captured payload in, states out: one test runs every folder of fixtures."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from hansa.sectors import Mapped, Refusal, Row, load_source
from tests.sectors.helpers import VOCABULARY, read

FIXTURES = Path(__file__).parent / "fixtures"


def _told(outcome: object) -> dict[str, Any]:
    if isinstance(outcome, Mapped):
        states = [
            {
                "id": one.id,
                "type": one.type,
                "moment": one.moment.isoformat(),
                "observed": one.observed,
                "owner": one.owner,
                "body": one.body,
            }
            for one in outcome.states
        ]
        return {"accepted": states, "flags": list(outcome.flags)}
    return {"refused": str(outcome)}


@pytest.mark.parametrize("folder", sorted(FIXTURES.glob("*/")), ids=lambda path: path.name)
def test_payload_becomes_the_golden_states(folder: Path) -> None:
    source = load_source(folder / "mapping.yaml", VOCABULARY)
    found = read(source, next(folder.glob("input.*")))
    outcomes = [source.mapper(one) if isinstance(one, Row) else one for one in found]
    told = {
        "constants": source.constants,
        "outcomes": [
            {"line": one.line if isinstance(one, Row | Refusal) else 0} | _told(outcome)
            for one, outcome in zip(found, outcomes, strict=True)
        ],
    }
    written = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    golden = folder / "golden.json"
    if os.environ.get("RENEW"):
        golden.write_bytes(written)

    assert orjson.loads(written) == orjson.loads(golden.read_bytes())
