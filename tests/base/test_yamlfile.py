"""YAML that people write: a refusal names the line, and no file brings the process down."""

from pathlib import Path

import pytest

from hansa.base import yamlfile
from hansa.base.problems import BadFile


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 200 + "1" + "}" * 200])
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(text)

    with pytest.raises(BadFile, match="nested more than"):
        yamlfile.load_plain(path)


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text("a: 1\nb:\n  c: 2\n  c: 3\n")

    with pytest.raises(BadFile, match=r"twice.yaml:4: the key 'c' stands twice"):
        yamlfile.load_plain(path)
