"""What a backup holds and does not hold, what is refused, and that nothing is overwritten."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hansa.app import Home, Node, backup, manifest
from hansa.app.doctor import examine
from hansa.app.restoring import UNREADABLE, Wanted
from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile, StoreRefused
from hansa.context import Query, Window
from hansa.guard import Kind
from tests.app.backing import (
    REQUEST,
    answering,
    folder_of_city,
    officer,
    opened,
    request,
    restored,
    streets,
    writer,
)
from tests.base.test_copying import largest_file

BY_KNOWING = Window(timeproperty="modifiedAt")


@dataclass(frozen=True, slots=True)
class Trial:
    """A node with two requests, and where its backups and restored homes go."""

    node: Node
    clock: ManualClock
    place: Path

    @property
    def kept(self) -> Path:
        return self.place / "kept"

    @property
    def keys(self) -> Path:
        return self.node.home.path / "keys"

    async def backed_up(self) -> manifest.Manifest:
        return await backup.make(self.node, self.kept)

    def wanted(self, keys: Path | None = None) -> Wanted:
        return Wanted(self.kept, self.place / "new", keys)


@pytest.fixture
async def trial(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Trial]:
    async with opened(folder_of_city(tmp_path), tmp_path / "home", clock) as node:
        changes = [request("1", "19 Middle St"), request("2", "20 High St")]
        await node.city.write(writer(node.city), changes)
        yield Trial(node, clock, tmp_path)


async def read_again(trial: Trial, keys: Path | None) -> dict[str, object]:
    """The streets as a restored home shows them."""
    await restored(trial.wanted(keys), trial.clock)
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        return await streets(other.city)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- what it holds


async def test_restored_elsewhere_the_city_knows_what_it_knew(trial: Trial) -> None:
    made = await trial.backed_up()
    assert (made.city, made.world) == ("hand-made", "exercise:hand-made")
    assert made.change == trial.node.city.last_change == 2
    assert manifest.verify(trial.kept) == made
    assert await read_again(trial, trial.keys) == {"1": "19 Middle St", "2": "20 High St"}
    assert Home(trial.place / "new").remembered() == (
        "hand-made",
        trial.place / "new" / "city",
        "exercise:hand-made",
    )


async def test_backup_holds_no_key_and_no_personal_value(trial: Trial) -> None:
    made = await trial.backed_up()
    paths = [file.path for file in made.files]
    assert paths == ["city/city.yaml", "graph.db", "personal/personal.db"]
    assert not any(b"Middle St" in content for content in everything(trial.kept).values())


async def test_without_keys_the_city_lives_and_personal_values_do_not(trial: Trial) -> None:
    await trial.backed_up()
    told = await restored(trial.wanted(), trial.clock)
    assert told[UNREADABLE] == 2
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        assert await streets(other.city) == {"1": None, "2": None}
        await other.city.write(writer(other.city), [request("2", "20 High St")])
        assert await streets(other.city) == {"1": None, "2": "20 High St"}


async def test_who_was_erased_does_not_come_back(trial: Trial) -> None:
    await trial.backed_up()
    vault = trial.node.city.guard.vault
    await vault.erase(answering(trial.node.city), REQUEST + "1")
    assert await read_again(trial, trial.keys) == {"1": None, "2": "20 High St"}
    again = await restored(Wanted(trial.kept, trial.place / "third", trial.keys), trial.clock)
    assert again[UNREADABLE] == 0


async def test_keys_older_than_the_backup_are_refused(trial: Trial) -> None:
    old = trial.place / "old-keys"
    shutil.copytree(trial.keys, old)
    await trial.node.city.guard.vault.erase(answering(trial.node.city), REQUEST + "1")
    await trial.backed_up()
    with pytest.raises(StoreRefused, match="are older than the backup"):
        await restored(trial.wanted(old), trial.clock)
    assert not (trial.place / "new").exists()


async def test_keys_of_another_city_are_refused(trial: Trial, clock: ManualClock) -> None:
    async with opened(trial.place / "city", trial.place / "other", clock):
        pass
    await trial.backed_up()
    for folder, said in (("other/keys", "not those of this backup"), ("city", "holds no keys")):
        with pytest.raises(StoreRefused, match=said):
            await restored(trial.wanted(trial.place / folder), trial.clock)
    assert not (trial.place / "new").exists()


async def test_journals_say_that_a_backup_was_made_and_restored(trial: Trial) -> None:
    made = await trial.backed_up()
    (entry,) = await trial.node.city.guard.journal.entries(Kind.BACKUP)
    assert entry["facts"]["change"] == made.change
    assert entry["facts"]["manifest"] == manifest.digest(trial.kept / manifest.NAME)
    await restored(trial.wanted(trial.keys), trial.clock)
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        journal = other.city.guard.journal
        assert await journal.entries(Kind.BACKUP) == ()
        (entry,) = await journal.entries(Kind.RESTORE)
        assert (entry["facts"]["change"], entry["facts"]["journal"]) == (2, made.journal)
        assert (await journal.verify()).intact


async def test_nobody_is_signed_in_after_a_restore(trial: Trial) -> None:
    sessions = trial.node.city.guard.sessions
    sessions.listens_at("127.0.0.1")
    opening = await sessions.pick("analyst", "127.0.0.1", "127.0.0.1")
    assert await sessions.of_token(opening.token) is not None
    await trial.backed_up()
    await restored(trial.wanted(trial.keys), trial.clock)
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        assert await other.city.guard.sessions.of_token(opening.token) is None


async def test_a_restored_home_is_backed_up_and_restored_again(trial: Trial) -> None:
    await trial.backed_up()
    await restored(trial.wanted(trial.keys), trial.clock)
    second = trial.place / "second"
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        await backup.make(other, second)
    keys = trial.place / "new" / "keys"
    await restored(Wanted(second, trial.place / "third", keys), trial.clock)
    async with opened(trial.place / "third" / "city", trial.place / "third", trial.clock) as third:
        assert await streets(third.city) == {"1": "19 Middle St", "2": "20 High St"}


async def test_sealed_history_comes_along(trial: Trial) -> None:
    city, view = trial.node.city, officer(trial.node.city)
    await city.write(writer(city), [request("1", "19 Middle St", "closed")])
    trial.clock.advance(timedelta(days=3))
    assert (await city.sealer.round(few=1)).written
    wanted = await city.history(view, Query(ids=(REQUEST + "1",)), BY_KNOWING)
    assert len(wanted[0].attributes["status"]) == 2
    made = await trial.backed_up()
    assert [file.path for file in made.files if file.path.startswith("history/")]
    await restored(trial.wanted(trial.keys), trial.clock)
    async with opened(trial.place / "new" / "city", trial.place / "new", trial.clock) as other:
        there = officer(other.city)
        assert await other.city.history(there, Query(ids=(REQUEST + "1",)), BY_KNOWING) == wanted


# ---- what is refused


async def test_damaged_segment_is_named_and_mended_from_an_older_backup(trial: Trial) -> None:
    city = trial.node.city
    trial.clock.advance(timedelta(days=3))
    await city.sealer.round(few=1)
    made = await trial.backed_up()
    name = next(file.path for file in made.files if file.path.startswith("history/"))
    flip(trial.node.home.path / name)
    with pytest.raises(StoreRefused, match=f"{name} is damaged") as refused:
        await backup.make(trial.node, trial.place / "second")
    assert "as an older backup has it" in refused.value.remedy
    assert not (trial.place / "second").exists()
    assert await streets(city) == {"1": "19 Middle St", "2": "20 High St"}
    (trial.node.home.path / name).unlink()
    with pytest.raises(StoreRefused, match=f"are gone: {name}"):
        await backup.make(trial.node, trial.place / "second")
    shutil.copy(trial.kept / name, trial.node.home.path / name)
    await backup.make(trial.node, trial.place / "second")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGES: dict[str, Callable[[Path], None]] = {
    "does not match its hash": flip,
    "bytes and had": shorten,
    "is missing": Path.unlink,
}


@pytest.mark.parametrize("said", DAMAGES)
@pytest.mark.parametrize("file", ["graph.db", "personal/personal.db", "city/city.yaml"])
async def test_damaged_backup_is_refused_by_file(trial: Trial, file: str, said: str) -> None:
    await trial.backed_up()
    DAMAGES[said](trial.kept / file)
    with pytest.raises(BadFile, match=said) as refused:
        await restored(trial.wanted(trial.keys), trial.clock)
    assert refused.value.where == str(trial.kept / file)
    assert not (trial.place / "new").exists()


@pytest.mark.parametrize(
    ("member", "value", "said"),
    [
        ("format", 2, "made by a newer Hansa"),
        ("versions", {"guard": 99}, "made by a newer Hansa"),
        ("versions", {"rooms-to-come": 1}, "made by a newer Hansa"),
        ("city", "another", "the backup is of another"),
        ("world", "actual", "in the world actual"),
        ("files", [{"path": "../graph.db", "bytes": 1, "sha256": ""}], "which is not in it"),
        ("files", [{"path": "/graph.db", "bytes": 1, "sha256": ""}], "which is not in it"),
        ("files", None, "is no manifest"),
        ("journal", f"1:{'00' * 32}", "its journal does not hold"),
        ("change", 1, "it stands at change 2, not at 1"),
    ],
)
async def test_manifest_that_promises_something_else_is_refused(
    trial: Trial, member: str, value: object, said: str
) -> None:
    await trial.backed_up()
    path = trial.kept / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {member: value}))
    with pytest.raises((BadFile, StoreRefused), match=said):
        await restored(trial.wanted(trial.keys), trial.clock)
    assert not any((trial.place / "new").glob("*"))


async def test_backup_without_a_manifest_is_none(trial: Trial) -> None:
    await trial.backed_up()
    (trial.kept / manifest.NAME).unlink()
    with pytest.raises(BadFile, match="is no whole backup"):
        await restored(trial.wanted(), trial.clock)


async def test_nothing_is_overwritten(trial: Trial) -> None:
    (trial.kept).mkdir()
    (trial.kept / "mine.txt").write_text("mine")
    with pytest.raises(StoreRefused, match="is not empty"):
        await trial.backed_up()
    assert list(everything(trial.kept).values()) == [b"mine"]
    (trial.kept / "mine.txt").unlink()
    await trial.backed_up()
    before = everything(trial.kept)
    with pytest.raises(StoreRefused, match="is not empty"):
        await trial.backed_up()
    assert everything(trial.kept) == before
    with pytest.raises(StoreRefused, match="is not empty"):
        await restored(Wanted(trial.kept, trial.node.home.path), trial.clock)
    assert await streets(trial.node.city) == {"1": "19 Middle St", "2": "20 High St"}


async def test_backup_inside_the_home_is_refused(trial: Trial) -> None:
    with pytest.raises(StoreRefused, match="lies in the home itself"):
        await backup.make(trial.node, trial.node.home.path / "kept")


@pytest.mark.parametrize("limit", [50_000, 1_000_000])
async def test_no_room_for_a_backup_leaves_none_and_the_city_goes_on(
    trial: Trial, limit: int
) -> None:
    (trial.place / "city" / "map.bin").write_bytes(bytes(2_000_000))
    with largest_file(limit), pytest.raises(StoreRefused):
        await trial.backed_up()
    assert not trial.kept.exists()
    await trial.node.city.write(writer(trial.node.city), [request("3", "21 Low St")])
    assert (await trial.backed_up()).change == 3


async def test_no_room_for_a_restore_leaves_nothing(trial: Trial) -> None:
    (trial.place / "city" / "map.bin").write_bytes(bytes(2_000_000))
    await trial.backed_up()
    with largest_file(1_000_000), pytest.raises(StoreRefused):
        await restored(trial.wanted(trial.keys), trial.clock)
    assert list((trial.place / "new").iterdir()) == []
    assert len(await read_again(trial, trial.keys)) == 2


async def test_home_whose_restore_broke_off_does_not_open(trial: Trial) -> None:
    await trial.backed_up()
    home = Home(trial.place / "new").begin_restore()
    shutil.copy(trial.kept / "graph.db", home.path)
    home.release()
    with pytest.raises(StoreRefused, match="restore broke off"):
        Home(trial.place / "new").claim("hand-made", trial.place, "exercise:hand-made")
    with pytest.raises(StoreRefused, match="is not empty"):
        await restored(trial.wanted(), trial.clock)


# ---- what doctor says


async def test_doctor_tells_the_age_of_the_last_backup(trial: Trial) -> None:
    async def told() -> tuple[str, str]:
        (row,) = [one for one in await examine(trial.node) if one["check"] == "backup"]
        return row["state"], row["said"]

    assert (await told())[0] == "note"
    await trial.backed_up()
    trial.clock.advance(timedelta(hours=5))
    assert await told() == ("well", "the last one 5 hours ago, at change 2")
    trial.clock.advance(timedelta(days=3))
    assert (await told())[0] == "note"
