"""What is done before watching begins: states read, rules that changed begun anew.

A rule that is gone, or looks at something else than before, cannot clear what it opened: its
open alerts are cleared here and its states forgotten. New words, severities and times of a rule
leave its alerts as they stand.
"""

from collections.abc import Sequence
from dataclasses import replace

from hansa.base.problems import BadFile
from hansa.base.times import from_micros, to_micros
from hansa.context import Change, City, Entity, Note, Query, TypeIs, parse_q
from hansa.guard import Grant, View
from hansa.watch.model import Cleared, KeyState
from hansa.watch.plan import past, space
from hansa.watch.render import ALERT, cleared, may_show
from hansa.watch.rules import Rule
from hansa.watch.seeding import learned

KNOWN_RULES = "watch"  # notes: rule id -> what it looked at when its states began


async def begin(
    city: City, rules: Sequence[Rule], grant: Grant, view: View
) -> dict[str, dict[str, KeyState]]:
    """The states of the rules as the last commit left them; BadFile where one may not run."""
    check_shown(rules, view)
    await _forget_changed(city, rules, grant, view)
    return {rule.id: await _states(city, rule) for rule in rules}


async def _states(city: City, rule: Rule) -> dict[str, KeyState]:
    weeks = {note.key: note.value for note in await city.notes(past(rule.id))}
    return {
        note.key: KeyState.from_note(note.value, weeks.get(note.key))
        for note in await city.notes(space(rule.id))
    }


def check_shown(rules: Sequence[Rule], view: View) -> None:
    """The city's own privacy files may be stricter than the vocabulary a rule was read with.

    BadFile where an alert would show what is kept closer than alerts.
    """
    for rule in rules:
        for name in sorted(rule.shown):
            if not may_show(rule, name, view):
                raise BadFile(
                    f"the city keeps {name} of {rule.type} closer than alerts, which would show it",
                    where=f"{rule.where} {rule.id}",
                    rule="an alert shows nothing that is stricter than itself",
                    remedy="leave it out of key, place and condition, or change its class",
                )


async def _forget_changed(city: City, rules: Sequence[Rule], grant: Grant, view: View) -> None:
    """Clear the alerts and forget the states of rules that are gone or look elsewhere."""
    looks = {rule.id: rule.looks_at for rule in rules}
    known = {note.key: note.value for note in await city.notes(KNOWN_RULES)}
    changed = {name for name in known if looks.get(name) != known[name]}
    if known == looks:
        return
    fresh = [rule for rule in rules if known.get(rule.id) != rule.looks_at]
    notes = [Note(KNOWN_RULES, name, looks.get(name)) for name in {*known, *looks}]
    for name in sorted(changed):
        for kept in (space(name), past(name)):
            notes += [replace(note, value=None) for note in await city.notes(kept)]
    notes += await learned(city, view, fresh)
    now = to_micros(city.clock.now())
    open_alerts = await _open_alerts(city, view)
    gone = [one for one in open_alerts if str(one.value("rule")) in changed]
    changes = [_withdrawal(one, now, str(one.value("rule")) in looks) for one in gone]
    last = {(note.space, note.key): note for note in notes}  # what is learned stays
    await city.write(grant, changes, notes=list(last.values()))


async def _open_alerts(city: City, view: View) -> Sequence[Entity]:
    query = Query(types=TypeIs(ALERT), where=parse_q('state=="open";rule'))
    return (await city.read(view, query)).entities


def _withdrawal(alert: Entity, now: int, stands: bool) -> Change:
    reason = "rule-changed" if stands else "rule-removed"
    rule, key = str(alert.value("rule")), str(alert.value("dedupKey"))
    return cleared(Cleared(rule, key, alert.id, now), from_micros(now), reason)
