"""docs/demo.md is played: every step of it has an act, every act a step, every command is typed."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.demo.acts import answers, calls, city, ends, head, person
from tests.demo.paper import Step, steps
from tests.demo.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "demo.md"
ACTS: Mapping[str, Callable[[Stage, Step], None]] = {
    "1. A city from three spreadsheets": city.city,
    "2. A call in 45 seconds": calls.a_call,
    "3. Two more, and the outage with its houses": calls.an_outage,
    "4. The dispatcher answers on a telephone": answers.dispatcher,
    "5. A sensor joins the same incident": answers.sensor,
    "6. Thirty callers, one key": calls.thirty,
    "7. The head's overdue table": head.overdue,
    "8. Who looked at this caller": person.who_looked,
    "9. Erased, and gone from history": person.erased,
    "10. kill -9, and nothing lost": ends.killed,
    "11. Everything exported": ends.exported,
}


def test_every_step_has_an_act_and_every_act_a_step() -> None:
    assert [one.name for one in steps(DOCUMENT)] == list(ACTS)


@pytest.mark.parametrize("step", steps(DOCUMENT), ids=lambda step: f"act-{step.number}")
def test_an_act(stage: Stage, step: Step) -> None:
    assert stage.played == step.number - 1, "an earlier act failed"
    stage.begin(step)
    ACTS[step.name](stage, step)
    stage.end()
    assert stage.wrong == []
