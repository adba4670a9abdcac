"""What people do with a shift: take over, hand over, sign, note, and report a duty as done.

Each is one write that expects what the person looked at. A post has one running shift (the key
`shift:POST`). Handing over freezes the sheet and frees the post; who takes over signs the sheet
of the shift before in the write that begins the own one. Somebody who cannot hand over any more
is relieved: the sheet is frozen by who takes over, and says that it lacks the other signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from hansa.base.ids import fresh, urn
from hansa.base.problems import BadRequestData, Conflict, Forbidden, ResourceNotFound
from hansa.context import Change, City, Entity, NoneOpen, Note, Op, Timer, Unchanged
from hansa.desk.entities import on_behalf, prop, refers, said_by
from hansa.desk.shifts import duties
from hansa.desk.shifts.entities import DUTY, SHIFT, line, shift_key
from hansa.desk.shifts.errors import NotOnDuty, OnDutyAlready, SheetUnsigned
from hansa.desk.shifts.model import DutyState, Post, ShiftSettings, ShiftState
from hansa.desk.shifts.plan import planned
from hansa.desk.shifts.reading import last_shift, one_of, running_shift
from hansa.desk.shifts.sheet import Sheets
from hansa.desk.shifts.signing import Signature, check_signature, signed
from hansa.guard import Grant, JournalEntry

ROOM = "desk"
_LONGEST = 4000  # characters of a note


class Take(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take over a post. `expect`: change number of the shift before (0: there was none);
    `sign`: its sheet; `relieve`: although somebody is on duty who does not hand over."""

    post: str
    expect: int
    sign: Signature | None = None
    relieve: bool = False


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hand a shift over, as it was looked at. `text`: a note to who comes."""

    shift: str
    expect: int
    text: str = ""


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Sign the sheet of the shift that one has handed over."""

    shift: str
    sign: Signature


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note on the running shift of a post."""

    post: str
    text: str


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A duty is done. `expect`: the change number the person looked at."""

    expect: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Writing:
    """What one order comes to."""

    changes: list[Change] = field(default_factory=list)
    expect: list[Unchanged | NoneOpen] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    journal: list[JournalEntry] = field(default_factory=list)


class Orders:
    """The orders over one city's shifts; `sheets` composes what is handed over."""

    def __init__(self, city: City, settings: ShiftSettings, sheets: Sheets) -> None:
        self._city = city
        self._settings = settings
        self._sheets = sheets

    async def take(self, grant: Grant, wish: Take, address: str = "") -> str:
        """Begin a shift at a post, as `grant`; the id of the shift.

        Raises Forbidden, OnDutyAlready, SheetUnsigned, Conflict where somebody was faster.
        """
        through, post = self._city.guard.through(grant, ROOM), self._post(grant, wish.post)
        view, now = self._city.guard.view(grant), self._city.clock.now()
        before = await last_shift(self._city, view, post.key)
        _check_seen(before, wish.expect)
        writing = _Writing(expect=[NoneOpen(shift_key(post.key))])
        if before is not None:
            writing.expect.append(Unchanged(before.id, before.change))
            await self._end(writing, grant, before, wish, address, now)
        shift = urn(SHIFT, f"{post.key}:{fresh(now)}")
        writing.changes.append(line("taken", now, said_by(grant), shift=shift, post=post.key))
        writing.changes.append(_begun(shift, post, grant, before, self._settings, now))
        await self._await_duties(writing, post, now)
        await self._write(through, writing)
        return shift

    async def hand_over(self, grant: Grant, wish: HandOver) -> str:
        """Freeze the sheet and free the post, as who is on duty there; the sheet's digest."""
        through, view = self._city.guard.through(grant, ROOM), self._city.guard.view(grant)
        shift, now = await self._shift(grant, wish.shift), self._city.clock.now()
        _check_seen(shift, wish.expect)
        _check_on_duty(shift, grant)
        post = str(shift.value("post"))
        writing = _Writing(expect=[Unchanged(shift.id, shift.change)])
        if wish.text.strip():
            writing.changes.append(self._note(grant, shift, wish.text, now))
        sheet, digest = await self._sheets.frozen(view, shift, now, str(grant.actor))
        writing.changes.append(line("handed-over", now, said_by(grant), shift=shift.id, post=post))
        writing.changes.append(_ended(shift, grant, sheet, digest, now))
        await self._write(through, writing)
        return digest

    async def sign(self, grant: Grant, wish: Sign, address: str = "") -> None:
        """Sign the sheet of the shift that one has handed over."""
        through = self._city.guard.through(grant, ROOM)
        shift, now = await self._shift(grant, wish.shift), self._city.clock.now()
        if shift.value("onDuty") != grant.actor or shift.value("state") == ShiftState.RUNNING:
            raise NotOnDuty("that shift was not handed over by you", where=shift.id)
        if shift.value("outgoingSignedBy"):
            raise Conflict("the sheet bears your signature already", where=shift.id)
        digest = str(shift.value("digest"))
        await check_signature(self._city, grant, wish.sign, digest, address)
        body = {"outgoingSignedBy": prop(grant.actor), "outgoingSignedAt": prop(now)}
        told = line("signed", now, said_by(grant), shift=shift.id, post=str(shift.value("post")))
        writing = _Writing(
            [told, Change(Op.APPEND, shift.id, body)],
            [Unchanged(shift.id, shift.change)],
            journal=[signed(grant, now, shift.id, digest, "outgoing")],
        )
        await self._write(through, writing)

    async def note(self, grant: Grant, wish: Remark) -> None:
        """Leave a note on the running shift of a post."""
        through, view = self._city.guard.through(grant, ROOM), self._city.guard.view(grant)
        shift = await running_shift(self._city, view, wish.post)
        if shift is None:
            raise ResourceNotFound(f"nobody is on duty at {wish.post}", where="post")
        told = self._note(grant, shift, wish.text, self._city.clock.now())
        await self._city.write(through, [told])

    async def done(self, grant: Grant, duty: str, wish: Done) -> None:
        """Report a duty as done, also one that was missed: better late than never."""
        through = self._city.guard.through(grant, ROOM)
        found, now = await self._one(grant, duty, DUTY), self._city.clock.now()
        _check_seen(found, wish.expect)
        if found.value("state") == DutyState.DONE:
            raise Conflict(f"{found.value('doneBy')} has done it", where=duty)
        post = str(found.value("post"))
        view = self._city.guard.view(grant)
        shift = await running_shift(self._city, view, post)
        told = line(
            "duty-done",
            now,
            said_by(grant),
            shift=None if shift is None else shift.id,
            post=post,
            subject=duty,
            text=found.value("title"),
            note=_text(wish.text),
        )
        body = {
            "state": prop(DutyState.DONE.value),
            "doneBy": prop(grant.actor),
            "doneAt": prop(now),
            **on_behalf(grant),
        }
        writing = _Writing(
            [told, Change(Op.APPEND, duty, body)],
            [Unchanged(duty, found.change)],
            [Timer(duties.CONSUMER, duties.missed_timer(duty), None)],
        )
        await self._write(through, writing)

    # ---- inside

    async def _end(
        self,
        writing: _Writing,
        grant: Grant,
        before: Entity,
        wish: Take,
        address: str,
        now: datetime,
    ) -> None:
        """Sign the sheet of the shift before; where it runs still, relieve who is on duty."""
        if before.value("state") == ShiftState.RUNNING:
            _check_relief(before, grant, wish)
            view = self._city.guard.view(grant)
            sheet, digest = await self._sheets.frozen(view, before, now, grant.actor)
            post = str(before.value("post"))
            writing.changes.append(
                line("relieved", now, said_by(grant), shift=before.id, post=post)
            )
            writing.changes.append(_ended(before, grant, sheet, digest, now))
            writing.expect[:] = [Unchanged(before.id, before.change)]
        elif before.value("incomingSignedBy"):
            return
        else:
            digest = str(before.value("digest"))
            if wish.sign is None:
                raise SheetUnsigned("the sheet of the shift before is to be signed", where="sign")
            await check_signature(self._city, grant, wish.sign, digest, address)
        body = {"incomingSignedBy": prop(grant.actor), "incomingSignedAt": prop(now)}
        writing.changes.append(Change(Op.APPEND, before.id, body))
        writing.journal.append(signed(grant, now, before.id, digest, "incoming"))

    async def _await_duties(self, writing: _Writing, post: Post, now: datetime) -> None:
        """The timers of the post's duties, where this is its first shift ever."""
        noted = {one.key for one in await self._city.notes(duties.SPACE)}
        for duty in self._settings.of_post(post.key):
            if duty.key not in noted:
                outcome = duties.awaited(duty, now, self._settings.zone)
                writing.timers.extend(outcome.timers)
                writing.notes.extend(outcome.notes)

    async def _write(self, through: Grant, writing: _Writing) -> None:
        await self._city.write(
            through,
            writing.changes,
            expect=writing.expect,
            timers=writing.timers,
            notes=writing.notes,
            journal=writing.journal,
        )

    def _post(self, grant: Grant, key: str) -> Post:
        post = self._settings.posts.get(key)
        if post is None:
            raise BadRequestData(
                f"there is no post {key!r}",
                where="post",
                remedy=f"one of {', '.join(self._settings.posts) or 'none: see shifts.yaml'}",
            )
        if grant.role not in post.roles:
            raise Forbidden(
                f"the role {grant.role} does not take the post {key}", rule="shifts.yaml: roles"
            )
        return post

    def _note(self, grant: Grant, shift: Entity, text: str, now: datetime) -> Change:
        if not text.strip():
            raise BadRequestData("a note has a text", where="text")
        post = str(shift.value("post"))
        return line("note", now, said_by(grant), shift=shift.id, post=post, note=_text(text))

    async def _shift(self, grant: Grant, shift: str) -> Entity:
        return await self._one(grant, shift, SHIFT)

    async def _one(self, grant: Grant, name: str, kind: str) -> Entity:
        found = await one_of(self._city, self._city.guard.view(grant), name, kind)
        if found is None:
            raise ResourceNotFound(f"there is no {kind} {name}", where="id")
        return found


def _begun(
    shift: str,
    post: Post,
    grant: Grant,
    before: Entity | None,
    settings: ShiftSettings,
    now: datetime,
) -> Change:
    body: dict[str, Any] = {
        "type": SHIFT,
        "post": prop(post.key),
        "onDuty": prop(grant.actor),
        **on_behalf(grant),
        "state": prop(ShiftState.RUNNING.value),
        "takenAt": prop(now),
    }
    if (plan := planned(post, now, settings.zone)) is not None:
        body |= {"plannedFrom": prop(plan.begin), "plannedUntil": prop(plan.until)}
    if before is not None:
        body["previousShift"] = refers(before.id)
    return Change(Op.CREATE, shift, body, opens=shift_key(post.key))


def _ended(
    shift: Entity, grant: Grant, sheet: Mapping[str, Any], digest: str, now: datetime
) -> Change:
    body = {
        "state": prop(ShiftState.HANDED_OVER.value),
        "handedOverAt": prop(now),
        "handedOverBy": prop(grant.actor),
        "sheet": {"type": "JsonProperty", "json": dict(sheet)},
        "digest": prop(digest),
    }
    return Change(Op.APPEND, shift.id, body, closes=shift_key(str(shift.value("post"))))


def _check_seen(found: Entity | None, expected: int) -> None:
    stands = 0 if found is None else found.change
    if stands != expected:
        raise Conflict(
            f"it stands at change {stands} and not at {expected}",
            where="expect",
            remedy="look at it again and decide anew",
        )


def _check_on_duty(shift: Entity, grant: Grant) -> None:
    if shift.value("state") != ShiftState.RUNNING:
        raise NotOnDuty(f"{shift.value('handedOverBy')} has handed over already", where=shift.id)
    if shift.value("onDuty") != grant.actor:
        raise NotOnDuty(
            f"{shift.value('onDuty')} is on duty there",
            where=shift.id,
            remedy="who is on duty hands over; who comes may relieve them",
        )


def _check_relief(before: Entity, grant: Grant, wish: Take) -> None:
    if before.value("onDuty") == grant.actor:
        raise OnDutyAlready("you are on duty there", where=before.id)
    if not wish.relieve:
        raise OnDutyAlready(
            f"{before.value('onDuty')} is on duty there since {before.value('takenAt')}",
            where=before.id,
            remedy="ask them to hand over, or relieve them",
        )


def _text(text: str) -> str:
    if len(text) > _LONGEST:
        raise BadRequestData(f"a note has at most {_LONGEST} characters", where="text")
    return text.strip()
