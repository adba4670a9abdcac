"""The reference of rules shows what is understood: every example is read as a file of rules."""

import re
from pathlib import Path

import pytest

from hansa.watch import load_rules
from hansa.watch.rulefile import CONDITIONS
from tests.watch.making import VOCABULARY

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_reference_are_rules(text: str, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    assert load_rules(tmp_path, VOCABULARY, ("en",))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_has_an_example(condition: str) -> None:
    assert any(f"    {condition}: {{" in text for text in EXAMPLES)
