"""The shape of the report's JSON, which page, PDF and console are built on."""

from typing import Any

import orjson
import pytest

from hansa.desk.report.document import document
from tests.desk.sample import sample
from tests.desk.sample_figures import FIXTURES

WORLDS = [("report", "actual"), ("report-exercise", "exercise:sample")]


@pytest.mark.parametrize(("name", "world"), WORLDS)
def test_fixtures_have_the_shape_that_the_model_gives(name: str, world: str) -> None:
    assert orjson.loads((FIXTURES / f"{name}.json").read_bytes()) == document(sample(world))


def lines(told: Any) -> list[dict[str, Any]]:
    """Everything in a document that rests on something: its lines."""
    if isinstance(told, list):
        return [line for one in told for line in lines(one)]
    if not isinstance(told, dict):
        return []
    own = [told] if "basis" in told else []
    return own + [line for one in told.values() for line in lines(one)]


def test_in_an_exercise_every_line_and_the_file_say_so() -> None:
    told = document(sample("exercise:sample"))
    assert len(lines(told)) > 20
    assert {line.get("hansaWorld") for line in lines(told)} == {"exercise:sample"}
    assert told["file"].startswith("EXERCISE-")


def test_in_the_actual_world_no_line_is_marked() -> None:
    assert b"hansaWorld" not in orjson.dumps(document(sample()))


def test_every_line_names_entities_and_a_moment() -> None:
    for line in lines(document(sample())):
        assert line["basis"]["type"]
        assert line["basis"]["at"].endswith("Z")
