"""Whatever is restored, who was erased stays erased; what was set right stays right."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.guard import PersonalRecord, Shelves, found_by, looks_like, name_words, telephone
from hansa.guard.sealing import SealedRecord


@dataclass(frozen=True)
class Put:
    """A value of a person comes, alone under a key or not."""

    person: int
    value: int
    alone: bool


@dataclass(frozen=True)
class Erase:
    """A person is forgotten."""

    person: int


@dataclass(frozen=True)
class SetRight:
    """A person's values make room for right ones."""

    person: int


@dataclass(frozen=True)
class Keep:
    """A backup is made."""


people = st.integers(0, 2)
steps = st.lists(
    st.one_of(
        st.builds(Put, people, st.integers(0, 3), st.booleans()),
        st.builds(Erase, people),
        st.builds(SetRight, people),
        st.just(Keep()),
    ),
    min_size=2,
    max_size=12,
)


class Story:
    """Shelves in a folder, and what a person reading them should find."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.truth: dict[str, bytes] = {}
        self.kept: dict[str, bytes] | None = None
        self.gone: set[str] = set()
        self.barred: set[int] = set()
        self.shelves = self._fresh()

    def _fresh(self) -> Shelves:
        clock = ManualClock(datetime(2026, 6, 1, tzinfo=UTC))
        return Shelves(self.place / "personal", self.place / "keys", clock)

    async def tell(self, told: Sequence[object]) -> None:
        await self.shelves.open()
        for step in told:
            await self._do(step)
        if self.kept is not None:
            await self._restore()
        assert await self.readable() == self.truth
        await self.shelves.close()

    async def _do(self, step: object) -> None:
        if isinstance(step, Put):
            value = f"value {step.value}".encode()
            record = PersonalRecord("", f"urn:x:{step.person}", "phone", value, step.alone)
            (ref,) = await self.shelves.put([record])
            if step.person not in self.barred:
                self.truth[ref] = value
        elif isinstance(step, Erase):
            self._forget(await self._of(step.person))
            self.barred.add(step.person)
            await self.shelves.erase_subjects([self._mark(step.person)])
        elif isinstance(step, SetRight):
            found = await self._of(step.person)
            self._forget(found)
            if found:
                await self.shelves.erase_values(found)
        elif isinstance(step, Keep):
            self._copy()

    def _copy(self) -> None:
        target = self.place / "backup"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.place / "personal", target)  # nothing is written meanwhile
        self.kept = dict(self.truth)

    def _forget(self, found: Sequence[SealedRecord]) -> None:
        for one in found:
            self.gone.add(one.ref)
            self.truth.pop(one.ref, None)

    async def _restore(self) -> None:
        """The values of the backup under the keys of today."""
        await self.shelves.close()
        shutil.rmtree(self.place / "personal")
        shutil.copytree(self.place / "backup", self.place / "personal")
        self.shelves = self._fresh()
        await self.shelves.open()
        held = self.kept or {}
        self.truth = {ref: value for ref, value in held.items() if ref not in self.gone}

    def _mark(self, person: int) -> bytes:
        return self.shelves.marks.subject(f"urn:x:{person}")

    async def _of(self, person: int) -> list[SealedRecord]:
        return await self.shelves.of_subjects([self._mark(person)])

    async def readable(self) -> dict[str, bytes]:
        found = await self.shelves.of_subjects([self._mark(one) for one in range(3)])
        return await self.shelves.unsealed(found)


@given(steps)
@settings(max_examples=60)
def test_a_restored_backup_holds_nobody_who_was_erased_since(told: list[object]) -> None:
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(Story(Path(place)).tell(told))


@given(st.text("0123456789", min_size=10, max_size=10), st.sampled_from(["+7", "8", "+380", "1 "]))
def test_a_telephone_is_one_however_it_is_written(digits: str, prefix: str) -> None:
    spaced = f"{prefix} ({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    assert telephone(spaced) == telephone(digits) == digits
    assert looks_like(f"позвоните {spaced} сегодня") == "telephone"


@given(st.permutations(["Анна", "Мария", "Иванова-Петрова"]))
def test_a_name_is_one_in_any_order(words: list[str]) -> None:
    assert name_words(" ".join(words)) == ("анна", "иванова-петрова", "мария")
    assert found_by("name", " ".join(words)) == found_by("name", "иванова-петрова АННА  мария")


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Нет воды со вчера, 24.11.2026 14:05, дом 12 корпус 3", None),
        ("с 2026-11-24T14:05:00Z давление 2,5 атм, насос 3000-12", None),
        ("запах газа, подъезд 4, этаж 12", None),
        ("The smell began at 14:05 on 24/11/2026 near Beacon Street", None),
        ("звонить 8 910 123-45-67", "telephone"),
        ("тел. 25-17-80", "telephone"),
        ("+380 50 123 45 67", "telephone"),
        ("пишите anna@example.org", "email"),
        ("заявитель Иванова Анна Петровна", "name"),
        ("Иванов И. И. просит", "name"),
        ("передал А.С. Пушкин", "name"),
        ("Шевченко Тарас Григорович", "name"),
        ("меня зовут анна", "name"),
        ("Mr Smith called", "name"),
        ("залило кв. 15", "flat"),
        ("leak in apt 4", "flat"),
    ],
)
def test_what_looks_like_a_person(text: str, looks: str | None) -> None:
    assert looks_like(text) == looks
