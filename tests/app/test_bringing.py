"""Tables that a city's folder brings along are put into the inbox once, and theirs stays newer."""

from pathlib import Path

from hansa.app.bringing import bring_along


def test_a_table_of_the_folder_comes_once_and_never_over_a_newer_one(tmp_path: Path) -> None:
    folder, inbox = tmp_path / "city", tmp_path / "home" / "inbox"
    table = folder / "inbox" / "addresses" / "houses.csv"
    table.parent.mkdir(parents=True)
    table.write_text("street,house\nNew Street,1\n", encoding="utf-8")
    (table.parent / ".hidden").touch()

    there = inbox / "addresses" / "houses.csv"
    assert bring_along(folder, inbox) == (there,)
    assert there.read_bytes() == table.read_bytes()
    assert [one.name for one in there.parent.iterdir()] == ["houses.csv"]

    there.write_text("street,house\nNew Street,1\nNew Street,2\n", encoding="utf-8")
    assert bring_along(folder, inbox) == ()
    assert there.read_text(encoding="utf-8").endswith("New Street,2\n")


def test_a_folder_without_tables_brings_nothing(tmp_path: Path) -> None:
    assert bring_along(tmp_path, tmp_path / "inbox") == ()
    assert not (tmp_path / "inbox").exists()
