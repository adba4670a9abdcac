"""Two incidents that are one: merged and unmerged in one write each, losing nothing.

The merged one is closed as a duplicate and points at the survivor, which takes its alerts over and
names it; alerts, lines, tasks and attachments of both are read through the survivor, and what comes
of the alerts goes there (`consumer`). Unmerging gives the alerts back and lets the incident be what
it was. Both ways expect both incidents as the person saw them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import check_uri, fresh
from hansa.base.problems import BadRequestData, Conflict
from hansa.context import Change, City, Entity, Op, Query, Timer, TypeIs, Unchanged
from hansa.desk.entities import (
    ALERT,
    MOST_NAMED,
    NULL,
    entry,
    incident_key,
    listed,
    prop,
    refers,
)
from hansa.desk.errors import WrongState
from hansa.desk.escalation import silence, timers
from hansa.desk.finding import faster, incident_of
from hansa.desk.model import known_of
from hansa.desk.orders import LONGEST, Done
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.guard import Grant

REASON = "duplicate"
_KEPT = ("state", "severity", "priority", "overdue")  # what unmerging restores


class MergeOrder(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"
):
    """`into`: the survivor; `expect`, `expect_into`: the change numbers of both looked at."""

    expect: int
    expect_into: int
    into: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Pair:
    """The incident that is merged, the one it is merged into, and who orders it when."""

    merged: Entity
    into: Entity
    grant: Grant
    now: datetime
    settings: DeskSettings
    text: str = ""


def parse_merge(body: Any) -> MergeOrder:
    """A checked order; BadRequestData names the member at fault."""
    try:
        order = msgspec.convert(body, MergeOrder)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
    if len(order.text) > LONGEST:
        raise BadRequestData(f"a note has at most {LONGEST} characters", where="text")
    return order


async def merge(
    city: City, grant: Grant, settings: DeskSettings, incident: str, order: MergeOrder
) -> Done:
    """Merge an open incident into another open one.

    Raises ResourceNotFound, WrongState, ChangedMeanwhile, Forbidden.
    """
    into = check_uri(order.into, "into")
    if into == incident:
        raise BadRequestData("an incident is not a duplicate of itself", where="into")
    pair = await _pair(city, grant, settings, incident, into, order)
    for one in (pair.merged, pair.into):
        _refuse_closed(one)
    alerts = listed(pair.merged.value("alerts"))
    closing = Change(
        Op.APPEND, incident, _closed(pair), closes=incident_key(alerts[0]) if alerts else None
    )
    taking = Change(Op.APPEND, into, _taken(pair, alerts))
    lines = _lines(pair, ("merged", "merged-in"))
    return await _write(
        city, grant, pair, [*lines, taking, closing], silence(incident, settings), State.CLOSED
    )


async def unmerge(
    city: City, grant: Grant, settings: DeskSettings, incident: str, order: MergeOrder
) -> Done:
    """Let a merged incident be what it was, with its alerts; the same refusals."""
    found = await incident_of(city, grant, incident)
    into = str(found.value("mergedInto") or "")
    if not into:
        raise WrongState("it was not merged", where=incident, remedy="reopen it, if it is closed")
    pair = await _pair(city, grant, settings, incident, into, order)
    if other := pair.into.value("mergedInto"):
        raise WrongState(
            f"{into} was itself merged into {other}", where=into, remedy="unmerge that one first"
        )
    alerts = await _alerts(city, grant, pair)
    restored, given = _restored(pair, alerts), _given(pair, alerts)
    own = listed(found.value("alerts"))
    opening = Change(Op.APPEND, incident, restored, opens=incident_key(own[0]) if own else None)
    lines = _lines(pair, ("unmerged", "unmerged-from"))
    changes = [*lines, Change(Op.APPEND, into, given), opening]
    state = State(restored["state"]["value"])
    return await _write(city, grant, pair, changes, _timers(pair, state), state)


# ---- what is set


def _closed(pair: _Pair) -> dict[str, Any]:
    """The merged one: a closed duplicate that remembers what it was, and what the survivor was."""
    before = {name: pair.merged.value(name) for name in _KEPT}
    into = {name: pair.into.value(name) for name in ("severity", "priority")}
    return {
        "state": prop(State.CLOSED.value),
        "closedAt": prop(pair.now),
        "closeReason": prop(REASON),
        "overdue": prop(False),
        "mergedInto": refers(pair.into.id),
        "beforeMerge": prop({"own": before, "into": into}),
    }


def _taken(pair: _Pair, alerts: Sequence[str]) -> dict[str, Any]:
    """The survivor: with the alerts and, where they are greater, severity and priority of both."""
    both = (pair.into, pair.merged)
    severity = pair.settings.worst(*(str(one.value("severity", "")) for one in both))
    body: dict[str, Any] = {
        "alerts": refers(_joined(listed(pair.into.value("alerts")), alerts)),
        "alertSource": refers(
            _joined(*(listed(one.value("alertSource")) for one in both))[:MOST_NAMED]
        ),
        "duplicates": refers(_joined(listed(pair.into.value("duplicates")), _with_it(pair))),
        "severity": prop(severity),
        "priority": prop(min(int(one.value("priority", 4)) for one in both)),
    }
    return {name: one for name, one in body.items() if one.get("object") != []}


def _restored(pair: _Pair, alerts: Sequence[Entity]) -> dict[str, Any]:
    """What the merged one was, at the severity that its alerts have reached meanwhile."""
    before = pair.merged.value("beforeMerge")["own"]
    mine = set(listed(pair.merged.value("alerts")))
    severity = _severity(pair, before["severity"], [one for one in alerts if one.id in mine])
    set_again = {name: prop(one) for name, one in before.items() if one is not None}
    gone = ("closedAt", "closeReason", "mergedInto", "beforeMerge")
    return {**set_again, "severity": prop(severity), **dict.fromkeys(gone, NULL)}


def _given(pair: _Pair, alerts: Sequence[Entity]) -> dict[str, Any]:
    """The survivor without the alerts, and without the severity and priority, of the other."""
    mine = set(listed(pair.merged.value("alerts")))
    left = [one for one in listed(pair.into.value("alerts")) if one not in mine]
    gone = set(_with_it(pair))
    others = [one for one in listed(pair.into.value("duplicates")) if one not in gone]
    before = pair.merged.value("beforeMerge")
    theirs = [one for one in alerts if one.id in left]
    body: dict[str, Any] = {
        "alerts": refers(left) if left else NULL,
        "duplicates": refers(others) if others else NULL,
        "alertSource": _rests_on(theirs),
        "severity": prop(_severity(pair, before["into"]["severity"], theirs)),
    }
    if pair.into.value("priority") == _merged_priority(before):
        body["priority"] = prop(before["into"]["priority"])  # nobody set another one meanwhile
    return {name: one for name, one in body.items() if one.get("value", "") is not None}


def _with_it(pair: _Pair) -> tuple[str, ...]:
    """The merged one, and those that were merged into it before: the survivor names them all."""
    return (pair.merged.id, *listed(pair.merged.value("duplicates")))


def _rests_on(alerts: Sequence[Entity]) -> dict[str, Any]:
    found = _joined(*(listed(one.value("alertSource")) for one in alerts))[:MOST_NAMED]
    return refers(found) if found else NULL


def _merged_priority(before: Any) -> int:
    return min(int(before[one]["priority"] or 4) for one in ("own", "into"))


def _severity(pair: _Pair, before: Any, alerts: Sequence[Entity]) -> str:
    return pair.settings.worst(
        str(before or ""), *(str(one.value("severity", "")) for one in alerts)
    )


def _joined(*lists: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one for given in lists for one in given))


def _timers(pair: _Pair, state: State) -> Sequence[Timer]:
    """The due time and the steps that are still to come."""
    if state is not State.NEW:
        return ()
    known = known_of(pair.merged)
    return timers(known, pair.settings, known.opened or pair.now, pair.now)


def _lines(pair: _Pair, kinds: tuple[str, str]) -> list[Change]:
    """A line in each incident that names the other."""
    told = prop(pair.text.strip())
    more = {"note": told} if pair.text.strip() else {}
    ends = ((pair.merged.id, pair.into.id), (pair.into.id, pair.merged.id))
    return [
        entry(
            fresh(pair.now),
            one,
            kind,
            pair.grant,
            pair.now,
            machine=False,
            more={"refOther": refers(other), **more},
        )
        for (one, other), kind in zip(ends, kinds, strict=True)
    ]


# ---- reading and writing


async def _pair(
    city: City,
    grant: Grant,
    settings: DeskSettings,
    incident: str,
    into: str,
    order: MergeOrder,
) -> _Pair:
    """Both incidents, at the changes that the person looked at."""
    city.guard.through(grant, "desk")
    merged, other = await incident_of(city, grant, incident), await incident_of(city, grant, into)
    expected = ((merged, order.expect, "expect"), (other, order.expect_into, "expectInto"))
    for found, number, where in expected:
        if found.change != number:
            raise await faster(city, grant, found, number, where)
    return _Pair(merged, other, grant, city.clock.now(), settings, order.text)


def _refuse_closed(one: Entity) -> None:
    if one.value("state") == State.CLOSED:
        raise WrongState(
            f"{one.id} is closed",
            where=one.id,
            rule="open incidents are merged",
            remedy="reopen it first, or merge into the one it was merged into",
        )


async def _alerts(city: City, grant: Grant, pair: _Pair) -> Sequence[Entity]:
    ids = listed(pair.into.value("alerts"))
    if not ids:
        return ()
    page = await city.read(city.guard.view(grant), Query(ids=ids, types=TypeIs(ALERT)))
    return page.entities


async def _write(
    city: City,
    grant: Grant,
    pair: _Pair,
    changes: Sequence[Change],
    set_timers: Sequence[Timer],
    state: State,
) -> Done:
    ends = (pair.merged, pair.into)
    try:
        commit = await city.write(
            city.guard.through(grant, "desk"),
            changes,
            expect=[Unchanged(one.id, one.change) for one in ends],
            timers=set_timers,
        )
    except Conflict as conflict:
        for one, where in zip(ends, ("expect", "expectInto"), strict=True):
            fresh_one = await incident_of(city, grant, one.id)
            if fresh_one.change != one.change:
                raise await faster(city, grant, fresh_one, one.change, where) from conflict
        raise
    return Done(pair.merged.id, state.value, commit.outcomes[-1].change)
