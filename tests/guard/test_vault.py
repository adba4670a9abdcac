"""Personal values are sealed, read under a purpose, and gone for good when they are erased."""

import shutil
import stat
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.database import Database
from hansa.base.problems import BadFile, Forbidden, StoreRefused
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.guard import Found, Grant, Guard, Kind, PersonalRecord
from hansa.guard.errors import Damaged, JournalUnavailable
from hansa.guard.sealing import FoundBy, Marks, new_key, seal, tombstone, unseal

REQUEST = "urn:ngsi-ld:Open311ServiceRequest:1"
PHONE = b"+7 4912 000111"


@pytest.fixture
def reader(duty: Grant) -> Grant:
    """The duty officer while answering a request."""
    return replace(duty, purpose="request-handling")


@pytest.fixture
def privacy(duty: Grant) -> Grant:
    """An administrator who answers the person concerned."""
    return replace(duty, actor="pavel", role="privacy-officer", purpose="subject-request")


def phone(entity: str = REQUEST, value: bytes = PHONE, subject: str = "") -> PersonalRecord:
    return PersonalRecord(subject, entity, "phone", value)


def text(
    entity: str = REQUEST, value: bytes = b"my neighbour Anna", subject: str = ""
) -> PersonalRecord:
    return PersonalRecord(subject, entity, "description", value, free_text=True)


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_value_comes_back_by_its_reference(guard: Guard, reader: Grant) -> None:
    refs = await guard.vault.put([phone(), text()])
    assert await guard.vault.get(reader, refs) == dict(
        zip(refs, [PHONE, b"my neighbour Anna"], strict=True)
    )


async def test_an_unknown_reference_is_absent(guard: Guard, reader: Grant) -> None:
    assert await guard.vault.get(reader, ["nowhere"]) == {}


@pytest.mark.parametrize(
    ("role", "purpose"),
    [("duty-officer", "operation"), ("analyst", "request-handling"), ("watch", "operation")],
)
async def test_who_has_no_purpose_reads_nothing(
    guard: Guard, duty: Grant, role: str, purpose: str
) -> None:
    refs = await guard.vault.put([phone()])
    with pytest.raises(Forbidden):
        await guard.vault.get(replace(duty, role=role, purpose=purpose), refs)
    with pytest.raises(Forbidden):
        await guard.vault.find(replace(duty, role=role, purpose=purpose), "phone", PHONE)
    assert await guard.journal.entries(Kind.PERSONAL_READ, Kind.PERSONAL_SEARCH) == ()


async def test_who_keeps_values_is_told_some_at_a_time(guard: Guard, privacy: Grant) -> None:
    names = [f"{REQUEST}{number}" for number in range(450)]
    await guard.vault.put([phone(name, name.encode()) for name in names])
    await guard.vault.put([text(names[0])])
    await guard.vault.erase(privacy, names[7])
    told = [some async for some in guard.vault.entities()]
    assert len(told) > 1
    assert {name for some in told for name in some} == {*names} - {names[7]}


async def test_the_same_value_keeps_its_reference(guard: Guard) -> None:
    first = await guard.vault.put([phone(), text()])
    again = await guard.vault.put([text(), phone(), phone()])
    assert again == (first[1], first[0], first[0])


async def test_other_entities_values_and_attributes_have_references_of_their_own(
    guard: Guard,
) -> None:
    given = [
        phone(),
        phone("urn:x:2"),
        phone(value=b"+7 4912 222333"),
        PersonalRecord("", REQUEST, "email", PHONE),
    ]
    assert len(set(await guard.vault.put(given))) == 4


async def test_a_read_is_journalled_with_purpose_and_persons(guard: Guard, reader: Grant) -> None:
    refs = await guard.vault.put([phone(subject="anna"), phone("urn:x:2", subject="boris")])
    await guard.vault.get(reader, refs)
    (entry,) = await guard.journal.entries(Kind.PERSONAL_READ)
    assert (entry["actor"], entry["purpose"]) == ("olga", "request-handling")
    assert entry["facts"]["records"] == 2
    assert len(entry["facts"]["subjects"]) == 2
    assert "anna" not in str(entry)


async def test_a_read_that_cannot_be_journalled_is_refused(
    guard: Guard, reader: Grant, home: Path
) -> None:
    refs = await guard.vault.put([phone()])
    apsw.Connection(str(home / "city.db")).execute("DROP TABLE guard_journal")
    with pytest.raises(JournalUnavailable):
        await guard.vault.get(reader, refs)


async def test_an_exact_value_is_found_and_the_search_journalled(
    guard: Guard, reader: Grant
) -> None:
    refs = await guard.vault.put([phone(), phone("urn:x:2"), phone("urn:x:3", b"other")])
    found = await guard.vault.find(reader, "phone", PHONE)
    assert found == (Found(refs[0], REQUEST), Found(refs[1], "urn:x:2"))
    assert await guard.vault.find(reader, "email", PHONE) == ()
    assert len(await guard.journal.entries(Kind.PERSONAL_SEARCH)) == 2


async def test_a_value_is_found_by_what_the_source_gives_for_it(
    guard: Guard, reader: Grant, privacy: Grant
) -> None:
    given = PersonalRecord("anna", REQUEST, "phone", b'{"value": "+7 (4912) 000-111"}')
    (ref,) = await guard.vault.put([given._replace(found_by=b"74912000111")])
    assert await guard.vault.find(reader, "phone", b"74912000111") == (Found(ref, REQUEST),)
    await guard.vault.erase(privacy, "anna")
    assert await guard.vault.find(reader, "phone", b"74912000111") == ()


async def test_a_person_has_one_key_over_many_imports(
    guard: Guard, reader: Grant, home: Path
) -> None:
    refs = [(await guard.vault.put([phone(value=b"%d" % n)]))[0] for n in range(3)]
    held = apsw.Connection(str(home / "keys" / "keys.db")).execute("SELECT * FROM vault_key")
    assert len(list(held)) == 1
    assert list(await guard.vault.get(reader, refs)) == refs


async def test_the_privacy_officer_sees_who_looked_at_a_person(
    guard: Guard, reader: Grant, privacy: Grant
) -> None:
    refs = await guard.vault.put([phone(subject="anna"), phone("urn:x:2", subject="boris")])
    await guard.vault.get(reader, refs[:1])
    await guard.vault.get(reader, refs[1:])
    entries = await guard.vault.readers(privacy, "anna")
    assert [entry["actor"] for entry in entries] == ["olga"]
    with pytest.raises(Forbidden):
        await guard.vault.readers(reader, "anna")


async def test_files_are_for_the_nodes_account_only(guard: Guard, home: Path) -> None:
    await guard.vault.put([phone()])
    for folder in (home / "personal", home / "keys"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


async def test_no_plaintext_lies_on_the_disk(guard: Guard, home: Path, reader: Grant) -> None:
    refs = await guard.vault.put([phone(subject="Anna Petrova"), text(subject="Anna Petrova")])
    await guard.vault.get(reader, refs)
    await guard.close()
    content = bytes_below(home)
    for trace in (PHONE, b"neighbour", b"Petrova"):
        assert trace not in content


async def test_an_erased_person_is_nowhere_readable(
    guard: Guard, home: Path, reader: Grant, privacy: Grant
) -> None:
    refs = await guard.vault.put(
        [phone(subject="anna"), text(subject="anna"), phone("urn:x:2", subject="boris")]
    )
    held = {
        bytes(key)
        for (key,) in apsw.Connection(str(home / "keys" / "keys.db")).execute(
            "SELECT key FROM vault_key"
        )
    }
    assert await guard.vault.erase(privacy, "anna") == 2
    assert await guard.vault.get(reader, refs) == {refs[2]: PHONE}
    assert [one.ref for one in await guard.vault.find(reader, "phone", PHONE)] == [refs[2]]
    content = bytes_below(home)
    assert sum(key in content for key in held) == 1  # of three keys, the other person's
    (entry,) = await guard.journal.entries(Kind.ERASURE)
    assert "anna" not in str(entry)


async def test_an_erased_person_does_not_come_back_by_a_second_import(
    guard: Guard, reader: Grant, privacy: Grant
) -> None:
    refs = await guard.vault.put([phone()])
    await guard.vault.erase(privacy, REQUEST)
    again = await guard.vault.put([phone()])
    other = await guard.vault.put([phone(value=b"another number"), text()])
    assert again == refs  # so the graph sees no change
    assert other == await guard.vault.put([phone(value=b"another number"), text()])
    assert await guard.vault.get(reader, [*again, *other]) == {}


async def test_a_person_who_comes_back_is_readmitted(
    guard: Guard, reader: Grant, privacy: Grant
) -> None:
    old = await guard.vault.put([phone()])
    await guard.vault.erase(privacy, REQUEST)
    await guard.vault.readmit(privacy, REQUEST)
    new = await guard.vault.put([phone()])
    assert await guard.vault.get(reader, [*old, *new]) == {new[0]: PHONE}


async def test_one_free_text_is_erased_alone(guard: Guard, reader: Grant, privacy: Grant) -> None:
    refs = await guard.vault.put([phone(), text()])
    assert await guard.vault.erase_record(privacy, refs[1]) == 1
    assert await guard.vault.get(reader, refs) == {refs[0]: PHONE}
    assert await guard.vault.put([phone(), text()]) == refs
    assert await guard.vault.get(reader, refs) == {refs[0]: PHONE}
    assert await guard.vault.erase_record(privacy, "nowhere") == 0


async def test_only_who_manages_erasure_erases(guard: Guard, reader: Grant) -> None:
    refs = await guard.vault.put([phone()])
    for attempt in (
        guard.vault.erase(reader, REQUEST),
        guard.vault.erase_record(reader, refs[0]),
        guard.vault.readmit(reader, REQUEST),
    ):
        with pytest.raises(Forbidden):
            await attempt
    assert await guard.vault.get(reader, refs) == {refs[0]: PHONE}


Reopen = Callable[[], Guard]


@pytest.fixture
def reopen(
    settings: CitySettings,
    vocabulary: Vocabulary,
    database: Database,
    home: Path,
    clock: ManualClock,
) -> Reopen:
    """The same home once more, as after a restart."""
    return lambda: Guard(settings, vocabulary, database, home, clock)


async def test_a_restored_backup_does_not_bring_the_erased_back(
    guard: Guard, reopen: Reopen, home: Path, tmp_path: Path, reader: Grant, privacy: Grant
) -> None:
    refs = await guard.vault.put([phone(subject="anna"), phone("urn:x:2"), text()])
    await guard.close()
    for name in ("personal", "keys"):  # even with a copy of the keys from before
        shutil.copytree(home / name, tmp_path / "backup" / name)
    await guard.open()
    await guard.vault.erase(privacy, "anna")
    await guard.vault.erase_record(privacy, refs[2])
    await guard.close()
    shutil.copy(tmp_path / "backup/personal/personal.db", home / "personal/personal.db")
    shutil.copy(tmp_path / "backup/keys/keys.db", home / "keys/keys.db")
    again = reopen()
    await again.open()
    assert await again.vault.get(reader, refs) == {refs[1]: PHONE}
    assert len(await again.vault.find(reader, "phone", PHONE)) == 1
    await again.close()
    await guard.open()


async def test_a_line_of_erasures_cut_off_by_a_crash_is_dropped(
    guard: Guard, reopen: Reopen, home: Path, reader: Grant, privacy: Grant
) -> None:
    refs = await guard.vault.put([phone()])
    await guard.vault.erase(privacy, "somebody")
    (line,) = (home / "keys/erasures.txt").read_text(encoding="ascii").splitlines()
    await guard.vault.erase(privacy, REQUEST)
    await guard.vault.readmit(privacy, REQUEST)
    await guard.close()
    last = (home / "keys/erasures.txt").read_text(encoding="ascii").splitlines()[1]
    (home / "keys/erasures.txt").write_text(f"{line}\n{last}\n2026-06-01T1", encoding="ascii")
    again = reopen()
    await again.open()
    assert await again.vault.get(reader, refs) == {}
    await again.vault.erase(privacy, "third")
    lines = (home / "keys/erasures.txt").read_text(encoding="ascii").splitlines()
    assert len(lines) == 3
    await again.close()
    await guard.open()


@pytest.mark.parametrize("line", ["", "2026 subject", "2026-06-01T12:00:00Z forgive 00 -"])
async def test_a_list_of_erasures_that_was_edited_is_refused(
    guard: Guard, reopen: Reopen, home: Path, line: str
) -> None:
    await guard.close()
    listing = home / "keys" / "erasures.txt"
    listing.write_text(f"{line}\n", encoding="ascii")
    with pytest.raises(BadFile) as caught:
        await reopen().open()
    assert caught.value.where.endswith("erasures.txt:1")
    listing.unlink()
    await guard.open()


async def test_foreign_keys_are_refused(guard: Guard, reopen: Reopen, home: Path) -> None:
    await guard.vault.put([phone()])
    await guard.close()
    shutil.move(home / "keys", home / "lost")
    with pytest.raises(StoreRefused, match="keys"):
        await reopen().open()
    shutil.rmtree(home / "keys")
    shutil.move(home / "lost", home / "keys")
    await guard.open()


async def test_what_nobody_refers_to_is_swept(guard: Guard, reader: Grant) -> None:
    refs = await guard.vault.put([phone(f"urn:x:{n}") for n in range(10)] + [text()])
    asked: list[str] = []

    async def is_referenced(some: Sequence[str]) -> Collection[str]:
        asked.extend(some)
        return set(some) & set(refs[:5])

    assert await guard.vault.sweep(is_referenced) == 6
    assert list(await guard.vault.get(reader, refs)) == list(refs[:5])
    assert await guard.vault.sweep(is_referenced) == 0
    assert len(asked) == 11  # nothing is asked about twice
    (fresh,) = await guard.vault.put([phone("urn:x:99")])
    assert await guard.vault.sweep(is_referenced) == 1
    assert asked[-1] == fresh


async def test_a_damaged_value_is_not_passed_over_in_silence(
    guard: Guard, home: Path, reader: Grant
) -> None:
    refs = await guard.vault.put([phone(), phone("urn:x:2", b"other")])
    apsw.Connection(str(home / "personal" / "personal.db")).execute(
        "UPDATE vault_record SET sealed = zeroblob(30) WHERE ref = ?", (refs[0],)
    )
    with pytest.raises(Damaged):
        await guard.vault.get(reader, refs)


async def test_nothing_in_nothing_out(guard: Guard) -> None:
    assert await guard.vault.put([]) == ()


@given(st.binary(max_size=200), st.text(max_size=10), st.text(max_size=10))
def test_a_sealed_value_opens_in_its_place_only(value: bytes, ref: str, other: str) -> None:
    key = new_key(b"s", own=False)
    sealed = seal(ref, phone(value=value), key, FoundBy(b""))
    assert unseal(sealed, key.secret) == value
    assert unseal(tombstone(ref, b"s", phone()), key.secret) is None
    if other != ref:
        with pytest.raises(Damaged):
            unseal(sealed._replace(ref=other), key.secret)


@given(st.binary(max_size=20), st.sampled_from(["phone", "email"]))
def test_marks_differ_by_city_and_attribute(value: bytes, attribute: str) -> None:
    here, there = Marks(b"h" * 32), Marks(b"t" * 32)
    assert here.value(attribute, value) == Marks(b"h" * 32).value(attribute, value)
    assert here.value(attribute, value) != there.value(attribute, value)
    assert here.value(attribute, value) != here.value("name", value)
