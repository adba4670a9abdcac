"""The repository as the tests of the house see it: its files, rooms and functions."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "hansa"

# `base` is a shelf of small modules, each imported by its own name; `app` is imported by nobody.
WITHOUT_FACE = frozenset({"base", "app"})


def kept_files() -> list[Path]:
    """Every file that is in the repository or about to be."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in answer.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def rooms() -> list[str]:
    """The packages directly under `hansa`."""
    return sorted(folder.parent.name for folder in PACKAGE.glob("*/__init__.py"))


def modules(*folders: str) -> list[Path]:
    """All Python files under these folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many lines it has, its decorators left out."""

    where: str
    lines: int


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, methods and nested ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(f"{name_of(path)}:{node.lineno} {node.name}", length)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name


def name_of(path: Path) -> str:
    """The path as the repository names it."""
    return str(path.relative_to(ROOT))
