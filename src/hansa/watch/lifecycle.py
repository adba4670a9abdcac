"""The life of an alert under one key: pending, open, escalated, cleared, quiet.

`for` asks that the condition hold for a time before the alert opens. Hold-down asks that an
alert, once open, stay open for a time, and that it not open again for as long after clearing,
so that a value dancing about its limit rings once. Severity only rises while an alert is open,
by levels and, where a rule escalates, by time.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2s

from hansa.base.ids import urn
from hansa.base.times import from_micros
from hansa.watch.conditions import assess, beyond
from hansa.watch.model import Assessment, Changed, Cleared, Effect, KeyState, Opened
from hansa.watch.rules import Count, Rule, Several


def settle(rule: Rule, key: str, state: KeyState, at: int) -> tuple[KeyState, tuple[Effect, ...]]:
    """The state at `at` and what is to be done; asks for a `wake` where time alone decides."""
    found = assess(rule, state, at)
    turned = at if found.holds != state.holds else state.turned
    state = replace(
        state, members=found.members, holds=found.holds, turned=turned, seen=max(state.seen, at)
    )
    if state.alert is None:
        return _while_quiet(rule, key, state, found, at)
    return _while_open(rule, key, state, found, at)


def forgettable(state: KeyState) -> bool:
    """Whether nothing would be lost with the state."""
    empty = not (state.members or state.memory or state.profile)
    return state.alert is None and empty and state.wake is None


def _while_quiet(
    rule: Rule, key: str, state: KeyState, found: Assessment, at: int
) -> tuple[KeyState, tuple[Effect, ...]]:
    if not found.holds:
        quiet = state.quiet if state.quiet > at else None
        return replace(state, wake=_sooner(found.next, quiet)), ()
    opens_at = max(state.turned + rule.holds_for, state.quiet)
    if at < opens_at:
        return replace(state, wake=_sooner(found.next, opens_at)), ()
    alert = alert_id(rule.id, key, at)
    severity = _severity(rule, found, rule.severity)
    opened = Opened(
        rule.id,
        key,
        alert,
        at,
        state.turned,
        severity,
        found.members,
        found.measure,
        state.label,
        usual=found.usual,
    )
    open_state = replace(
        state,
        alert=alert,
        severity=severity,
        told=_number(rule, found),
        quiet=at + rule.hold_down,
        wake=_sooner(found.next, _next_rise(rule, at, at)),
        opened=at,
    )
    return open_state, (opened,)


def _while_open(
    rule: Rule, key: str, state: KeyState, found: Assessment, at: int
) -> tuple[KeyState, tuple[Effect, ...]]:
    alert = state.alert or ""
    if found.holds:
        return _grown(rule, key, state, found, at)
    if at < state.quiet:
        return replace(state, wake=_sooner(found.next, state.quiet)), ()
    quiet = at + rule.hold_down
    wake = _sooner(found.next, quiet if rule.hold_down else None)
    closed = replace(state, alert=None, severity="", told=0, quiet=quiet, wake=wake, opened=0)
    return closed, (Cleared(rule.id, key, alert, at),)


def _grown(
    rule: Rule, key: str, state: KeyState, found: Assessment, at: int
) -> tuple[KeyState, tuple[Effect, ...]]:
    severity = _severity(rule, found, state.severity, at - (state.opened or at))
    raised, number = severity != state.severity, max(_number(rule, found), state.told)
    wake = _sooner(found.next, _next_rise(rule, state.opened or at, at))
    kept = replace(state, severity=severity, told=number, wake=wake)
    if not raised and number == state.told:
        return kept, ()
    changed = Changed(
        rule.id,
        key,
        state.alert or "",
        at,
        state.turned,
        severity,
        found.members,
        found.measure,
        state.label,
        raised,
        usual=found.usual,
    )
    return kept, (changed,)


def _number(rule: Rule, found: Assessment) -> int:
    """How many an alert speaks of: it is told again when a count grows."""
    return len(found.members) if isinstance(rule.condition, Count | Several) else 0


def _severity(rule: Rule, found: Assessment, least: str, stood: int = 0) -> str:
    """The worst of `least`, the levels that the measure has reached, and what time brought."""
    reached = [level.severity for level in rule.levels if beyond(level, rule, found.measure)]
    reached += [step.severity for step in rule.escalate if step.after <= stood]
    return max([least, *reached], key=lambda name: rule.scale.get(name, -1))


def _next_rise(rule: Rule, opened: int, at: int) -> int | None:
    """When time alone raises the severity next."""
    coming = (opened + step.after for step in rule.escalate)
    return min((moment for moment in coming if moment > at), default=None)


def _sooner(one: int | None, other: int | None) -> int | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def alert_id(rule: str, key: str, at: int) -> str:
    """The id of the alert that opens at `at`: the same again when the log is replayed."""
    short = blake2s(key.encode(), digest_size=5).hexdigest()
    return urn("Alert", f"{rule}:{short}:{_compact(from_micros(at))}")


def _compact(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S") + (
        f".{moment.microsecond:06d}" if moment.microsecond else ""
    )
