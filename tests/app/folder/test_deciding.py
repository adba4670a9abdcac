"""Properties of the opening, over every way in which folder and console may have parted."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hansa.app.folder.comparing import Pair, Standing, standing
from hansa.app.folder.laying import Layouts
from hansa.app.folder.model import FolderFile, Origin, Setting, digest_of
from hansa.app.folder.opening import Opening
from hansa.app.rooms import Rooms
from hansa.base.problems import BadFile

PATHS = ("rules/a.yaml", "rules/b.yaml", "desk.yaml")
TEXTS = st.sampled_from(["", "one", "two", "three"])  # "": there is none
ROOMS = Rooms.__new__(Rooms)


def setting(path: str, text: str, taken: str) -> Setting:
    digest, before = (digest_of(one) if one else "" for one in (text, taken))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Setting(path, text, digest, before, Origin.FOLDER, "", "", 1, at)


def file(path: str, text: str) -> FolderFile:
    return FolderFile(path, text, digest_of(text) if text else "")


class Loader:
    """A room that reads every text but one, and remembers what it was given."""

    def __init__(self, refused: str) -> None:
        self.refused = refused

    def __call__(self, layout: Path) -> Rooms:
        for path in sorted(layout.glob("**/*.yaml")):
            if path.read_text() == self.refused:
                raise BadFile("is not good", where=f"{path}:1 it")
        return ROOMS


def texts(layout: Path) -> dict[str, str]:
    found = sorted(layout.glob("**/*.yaml"))
    return {one.relative_to(layout).as_posix(): one.read_text() for one in found}


@given(
    here=st.dictionaries(st.sampled_from(PATHS), st.tuples(TEXTS, TEXTS), min_size=1),
    there=st.dictionaries(st.sampled_from(PATHS), TEXTS.filter(bool)),
    refused=st.sampled_from(["nothing", "three"]),
)
def test_what_is_in_force_is_good_and_no_edit_is_lost(
    here: dict[str, tuple[str, str]], there: dict[str, str], refused: str
) -> None:
    here = {path: pair for path, pair in here.items() if pair[0] != refused}
    settings = {path: setting(path, *pair) for path, pair in here.items()}
    files = {path: file(path, text) for path, text in there.items()}
    with tempfile.TemporaryDirectory() as name:
        place, folder = Path(name) / "settings", Path(name) / "city"
        folder.mkdir()
        opening = Opening(settings, files, Layouts(place, folder), Loader(refused), folder)
        try:
            opened = opening.open()
        except BadFile:
            assert not settings
            return
        in_force = texts(opened.layout)
    assert refused not in in_force.values()
    for path, (text, taken) in here.items():
        if text != taken:
            assert in_force.get(path, "") == text, "an edit gave way unseen"
        elif there.get(path, "") != refused:
            assert in_force.get(path, "") == there.get(path, "")
        else:
            assert in_force.get(path, "") == text
            assert path in opened.faults
    for path in there.keys() - here.keys():
        assert (path in in_force) == (there[path] != refused)


def test_what_no_room_reads_any_more_yields_to_the_folder(tmp_path: Path) -> None:
    """A newer Hansa may be stricter than the one that took the text."""
    folder = tmp_path / "city"
    folder.mkdir()
    settings = {"desk.yaml": setting("desk.yaml", "old", "older")}
    files = {"desk.yaml": file("desk.yaml", "new")}
    layouts = Layouts(tmp_path / "settings", folder)
    opened = Opening(settings, files, layouts, Loader("old"), folder).open()
    assert texts(opened.layout) == {"desk.yaml": "new"}
    assert opened.taken["desk.yaml"]["content"]["value"] == "new"


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_differs_unseen(text: str, taken: str, folders: str) -> None:
    found = Pair("desk.yaml", setting("desk.yaml", text, taken), file("desk.yaml", folders))
    if text == folders:
        assert found.standing in (Standing.SAME, Standing.AGREED)
    else:
        assert found.standing in (Standing.EDITED, Standing.FOLDER, Standing.BOTH)


def test_a_new_file_is_the_folders() -> None:
    assert standing(None, file("desk.yaml", "one")) is Standing.FOLDER
