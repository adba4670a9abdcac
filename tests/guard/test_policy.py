"""Roles decide what is seen and written; what nobody named is refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.database import Database, Tx
from hansa.base.problems import BadFile, Forbidden, ViewEnded
from hansa.guard import Delegation, Grant, Guard, Override, PrivacyClass, Terms, View
from hansa.guard.errors import UnknownRole
from hansa.guard.policy import load_roles

REQUEST = ("Open311ServiceRequest",)


@pytest.mark.parametrize(
    ("role", "purpose", "attribute", "seen"),
    [
        ("duty-officer", "operation", "service_code", True),
        ("duty-officer", "operation", "postalCode", True),
        ("duty-officer", "operation", "phone", False),
        ("duty-officer", "request-handling", "phone", True),
        ("duty-officer", "curiosity", "phone", False),
        ("analyst", "request-handling", "phone", False),
        ("analyst", "operation", "postalCode", False),
        ("analyst", "operation", "queue", True),
        ("analyst", "operation", "never heard of", False),
        ("privacy-officer", "subject-request", "phone", True),
        ("administrator", "subject-request", "phone", False),
        ("press", "operation", "service_code", True),
        ("press", "operation", "queue", False),
        ("watch", "operation", "phone", False),
        ("api", "operation", "never heard of", True),
    ],
)
def test_a_role_sees_what_its_classes_allow(
    guard: Guard, duty: Grant, role: str, purpose: str, attribute: str, seen: bool
) -> None:
    view = guard.view(replace(duty, role=role, purpose=purpose))
    assert view.sees(REQUEST, attribute) is seen


@pytest.mark.parametrize(
    ("types", "attribute", "seen"),
    [
        (("Call",), "callerName", True),
        (("TimelineEntry",), "note", True),
        (("Open311ServiceRequest",), "phone", True),
        (("Open311ServiceRequest",), "postalCode", False),  # restricted
        (("DutyContact",), "name", False),  # personal, and no call's
        (("ShiftEntry",), "note", False),
        (("Call",), "never heard of", False),
    ],
)
def test_a_clerk_reads_who_called_and_nothing_else_that_is_restricted(
    guard: Guard, duty: Grant, types: tuple[str, ...], attribute: str, seen: bool
) -> None:
    view = guard.view(replace(duty, role="clerk", purpose="call-handling"))
    assert view.sees(types, attribute) is seen
    assert not guard.view(replace(duty, role="clerk")).sees(("Call",), "callerName")


def test_what_a_city_tightened_to_personal_is_not_shown_to_who_reads_nothing_restricted(
    guard: Guard, duty: Grant
) -> None:
    guard.reclassify([Override("Call", "theme", PrivacyClass.PERSONAL)])
    clerk, officer = (
        guard.view(replace(duty, role=role, purpose="call-handling"))
        for role in ("clerk", "duty-officer")
    )
    assert not clerk.sees(("Call",), "theme")
    assert officer.sees(("Call",), "theme")


def test_a_dispatcher_reads_houses_and_not_how_many_live_in_them(guard: Guard, duty: Grant) -> None:
    view = guard.view(replace(duty, role="dispatcher", organization="urn:x:water"))
    assert view.admits(("Building",))
    assert view.sees(("Building",), "street")
    assert not view.sees(("Building",), "residents")


def test_an_unknown_role_has_no_view(guard: Guard, duty: Grant) -> None:
    with pytest.raises(UnknownRole):
        guard.view(replace(duty, role="poet"))


def test_an_unknown_type_shows_nothing_to_the_analyst(guard: Guard, duty: Grant) -> None:
    view = guard.view(replace(duty, role="analyst"))
    assert not view.sees(("urn:some:Type",), "name")


def test_the_strictest_type_decides(guard: Guard, duty: Grant) -> None:
    view = guard.view(replace(duty, role="analyst"))
    assert view.sees(("Incident",), "title")
    assert not view.sees(("Incident", "Open311ServiceRequest"), "title")


@pytest.mark.parametrize(
    ("role", "types", "attributes"),
    [
        ("desk", ["TimelineEntry"], ["note"]),
        ("sectors", ["Open311ServiceRequest"], ["phone", "service_code"]),
        ("sectors", ["WaterQualityObserved"], ["never heard of"]),
        ("watch", ["Alert"], ["severity"]),
        ("desk", ["Incident"], ["state"]),
        ("api", ["urn:some:Type"], ["anything"]),
        ("desk", ["Incident"], []),
    ],
)
def test_what_may_be_written(
    guard: Guard, duty: Grant, role: str, types: list[str], attributes: Iterable[str]
) -> None:
    for _ in range(2):  # the second answer comes from memory
        guard.check_write(replace(duty, role=role), types, attributes)


@pytest.mark.parametrize(
    ("role", "types", "attributes"),
    [
        ("analyst", ["Incident"], []),
        ("duty-officer", ["Alert"], ["severity"]),
        ("duty-officer", ["Incident"], []),
        ("administrator", ["Incident"], ["state"]),
        ("api", ["TimelineEntry"], []),
        ("watch", ["Incident"], []),
        ("sectors", ["Incident"], []),
        ("console", ["Incident"], []),
        ("api", ["Open311ServiceRequest"], ["phone"]),
        ("api", ["Agreement"], []),
        ("api", [], ["name"]),
        ("mayor", ["Incident"], []),
    ],
)
def test_what_may_not_be_written(
    guard: Guard, duty: Grant, role: str, types: list[str], attributes: Iterable[str]
) -> None:
    for _ in range(2):
        with pytest.raises(Forbidden):
            guard.check_write(replace(duty, role=role), types, attributes)


def test_a_refused_attribute_stays_refused_after_an_allowed_one(guard: Guard, duty: Grant) -> None:
    api = replace(duty, role="api")
    guard.check_write(api, REQUEST, ["service_code"])
    with pytest.raises(Forbidden, match="phone"):
        guard.check_write(api, REQUEST, ["service_code", "phone"])


def test_what_is_remembered_has_an_end_and_stays_right(guard: Guard, duty: Grant) -> None:
    api, view = replace(duty, role="api"), guard.view(duty)
    for number in range(4500):
        guard.check_write(api, (f"urn:t:{number}",), ["name"])
        guard.check_write(api, ("urn:t:one",), [f"name{number}"])
    for number in range(50_001):
        assert view.sees(("Incident",), f"name{number}")
    assert len(view.seen) < 50_000
    guard.check_write(api, ("urn:t:0",), ["name"])
    with pytest.raises(Forbidden):
        guard.check_write(api, ("Agreement",), ["name"])


def test_only_the_administrator_manages(guard: Guard, duty: Grant) -> None:
    guard.check_manage(replace(duty, role="administrator"), "accounts")
    with pytest.raises(Forbidden):
        guard.check_manage(duty, "accounts")


def test_a_view_ends_by_the_clock(guard: Guard, duty: Grant, clock: ManualClock) -> None:
    view = replace(guard.view(duty), valid_until=clock.now() + timedelta(hours=1))
    guard.check_view(view, clock.now())
    with pytest.raises(ViewEnded):
        guard.check_view(view, clock.now() + timedelta(hours=1))


@pytest.mark.parametrize("kind", ["terms", "delegation"])
async def test_a_view_ends_when_what_governs_access_changes(
    guard: Guard, duty: Grant, clock: ManualClock, database: Database, kind: str
) -> None:
    now, later = clock.now(), clock.now() + timedelta(days=1)
    value: Terms | Delegation = (
        Terms("city-b", now, later, 1, {"Alert": frozenset({"severity"})})
        if kind == "terms"
        else Delegation("mayor", "deputy", "administrator", now, later, 1, "urn:a:b")
    )
    view = guard.view(duty)
    await database.write(lambda tx: guard.apply(tx, value))
    with pytest.raises(ViewEnded):
        guard.check_view(view, now)
    guard.check_view(guard.view(duty), now)


async def test_a_change_that_is_rolled_back_ends_no_view(
    guard: Guard, duty: Grant, clock: ManualClock, database: Database
) -> None:
    view = guard.view(duty)
    terms = Terms("city-b", clock.now(), clock.now() + timedelta(days=1), 1)

    def unit(tx: Tx) -> None:
        guard.apply(tx, terms)
        raise Forbidden("no")

    with pytest.raises(Forbidden):
        await database.write(unit)
    guard.check_view(view, clock.now())


def test_a_machine_has_the_role_of_its_room(guard: Guard) -> None:
    grant = guard.machine("watch", guard.world, "north")
    assert (grant.actor, grant.role, grant.tenant) == ("machine:watch", "watch", "north")
    with pytest.raises(UnknownRole):
        guard.machine("kitchen", guard.world)


ROLES = """\
purposes: {{operation: {{}}}}
roles:
  one:
    {line}
"""


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("reads: [public, personal]", ":4"),
        ("reads: [public, internal, restricted]\n    personal: [fun]", ":5"),
        ("reads: [secret]", ":2"),
        ("reads: [public]\n    manages: [world]", ":2"),
        ("writes: [Alert]", ":"),
        ("reads: [internal]", ":4"),
        ("reads: [public]\n    personal: [operation]", ":5"),
    ],
)
def test_a_wrong_role_file_names_its_line(tmp_path: Path, line: str, place: str) -> None:
    path = tmp_path / "roles.yaml"
    path.write_text(ROLES.format(line=line), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load_roles(path)
    assert f"roles.yaml{place}" in caught.value.where


TYPES = st.sampled_from(["A", "B", "C"])
NAMES = st.sampled_from(["x", "y", "z"])
CLASSES = st.dictionaries(st.tuples(TYPES, NAMES), st.sampled_from(list(PrivacyClass)))


@given(CLASSES, st.integers(0, 4), st.lists(TYPES, min_size=1, unique=True), st.data())
def test_tightening_a_class_never_shows_more(
    classes: dict[tuple[str, str], PrivacyClass], level: int, types: list[str], data: st.DataObject
) -> None:
    grant = Grant("a", "r", "p", datetime(2026, 6, 1, tzinfo=UTC))
    tighter = {
        key: data.draw(st.sampled_from(list(PrivacyClass)[found.strictness :]))
        for key, found in classes.items()
    }
    clear = frozenset(list(PrivacyClass)[: min(level, 3)])
    before = View(grant, clear, level == 4, classes)
    after = View(grant, clear, level == 4, tighter)
    for name in ("x", "y", "z", "never"):
        assert before.sees(tuple(types), name) or not after.sees(tuple(types), name)


def test_who_works_at_a_room_writes_by_its_rules(guard: Guard, duty: Grant) -> None:
    through = guard.through(duty, "desk")
    assert (through.actor, through.role) == (duty.actor, "desk")
    guard.check_write(through, ["Incident"], ["state", "owner"])
    with pytest.raises(Forbidden, match="does not work at the desk"):
        guard.through(replace(duty, role="analyst"), "desk")
