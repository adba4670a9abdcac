"""The house fits one page, and every room has the same plan."""

import ast
import importlib
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, WITHOUT_FACE, imports, modules, name_of, rooms


@pytest.mark.parametrize("room", rooms())
def test_room_is_on_the_architecture_page(room: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert f"| `{room}` |" in page


@pytest.mark.parametrize("room", rooms())
def test_room_says_in_a_short_readme_what_it_is(room: str) -> None:
    readme = PACKAGE / room / "README.md"

    assert readme.is_file(), f"{name_of(readme)} is missing"
    assert 0 < len(readme.read_text(encoding="utf-8").splitlines()) < 40


@pytest.mark.parametrize("room", [room for room in rooms() if room not in WITHOUT_FACE])
def test_room_has_a_face_that_names_what_it_exports(room: str) -> None:
    face = importlib.import_module(f"hansa.{room}")
    exported = getattr(face, "__all__", None)

    assert exported, f"hansa.{room} has no __all__"
    assert len(exported) == len(set(exported))
    assert [name for name in exported if not hasattr(face, name)] == []
    assert sorted(_names_bound(PACKAGE / room / "__init__.py") - set(exported)) == []


def test_rooms_see_only_the_faces_of_other_rooms() -> None:
    intruders = [
        f"{name_of(path)}:{line} imports {target}"
        for path in modules("src/hansa")
        for line, target in imports(path)
        if _is_behind_a_face(path, target)
    ]

    assert intruders == []


def test_architecture_page_fits_one_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert len(page.splitlines()) <= 140


def _names_bound(face: Path) -> set[str]:
    """Public names that a face binds by importing or defining them."""
    names: set[str] = set()
    for node in ast.parse(face.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return {name for name in names if not name.startswith("_")}


def _is_behind_a_face(path: Path, target: str) -> bool:
    parts = target.split(".")
    if len(parts) < 4 or parts[0] != "hansa":
        return False  # hansa.room.name: the face itself
    home = path.relative_to(PACKAGE).parts[0]
    if home == "app" and len(parts) == 4:
        return False  # who assembles the node also wires the faces of a room's parts
    return parts[1] not in {home, *WITHOUT_FACE}
