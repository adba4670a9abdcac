"""Small files, small functions: what can be read in one sitting is kept in order."""

import re
from statistics import median

import pytest

from tests.house.source import ROOT, functions, kept_files, modules, name_of

WEB = {".ts", ".svelte", ".css"}


def _lines(paths: list[str]) -> dict[str, int]:
    return {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in paths
        if (ROOT / path).stat().st_size
    }


@pytest.mark.parametrize("folder", ["src/hansa", "tests", "bench"])
def test_no_python_file_is_over_500_lines(folder: str) -> None:
    lines = _lines([name_of(path) for path in modules(folder)])

    assert {path: count for path, count in lines.items() if count > 500} == {}


def test_a_file_of_the_house_has_at_most_150_lines_in_the_middle() -> None:
    assert median(_lines([name_of(path) for path in modules("src/hansa")]).values()) <= 150


def test_no_function_is_over_60_lines() -> None:
    everything = (one for path in modules("src/hansa", "bench") for one in functions(path))

    assert [f"{one.where}: {one.lines}" for one in everything if one.lines > 60] == []


def test_a_function_has_at_most_10_lines_in_the_middle() -> None:
    assert median(one.lines for path in modules("src/hansa") for one in functions(path)) <= 10


def test_no_file_of_the_console_is_over_300_lines() -> None:
    sources = [name_of(path) for path in kept_files() if path.suffix in WEB]
    written = [path for path in sources if path.startswith("web/src/") and ".d." not in path]

    assert {path: count for path, count in _lines(written).items() if count > 300} == {}


def test_no_kept_file_is_over_300_kilobytes() -> None:
    large = {name_of(path): path.stat().st_size for path in kept_files()}

    assert {path: size for path, size in large.items() if size > 300_000} == {}


def test_the_console_is_typed_to_the_last_corner() -> None:
    code = [
        path
        for path in kept_files()
        if path.suffix in {".ts", ".svelte"} and name_of(path).startswith("web/src/")
    ]
    texts = [path.read_text(encoding="utf-8") for path in code]
    lines = sum(text.count("\n") for text in texts)
    untyped = sum(len(re.findall(r"(?::|<|\bas)\s*any\b", text)) for text in texts)

    assert [name_of(p) for p, text in zip(code, texts, strict=True) if "@ts-ignore" in text] == []
    assert untyped * 1000 <= lines
