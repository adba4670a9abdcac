"""A figure of the report as a line of paper."""

from collections.abc import Mapping
from typing import Any

from hansa.desk.report.paper.basis import Refs
from hansa.desk.report.paper.curves import curve_of
from hansa.desk.report.paper.sheet import Figure, Part
from hansa.desk.report.paper.speech import Speech

PARTS = 3  # groups of a breakdown that a line names
_BACK = ("P1D", "P7D", "P28D", "P1Y")


def figure(one: Mapping[str, Any], speech: Speech, refs: Refs) -> Figure:
    """The line: value, unit, interval, change, age, curve, worst groups."""
    label, parts = parts_of(one["breakdown"], one["digits"], one["unit"], speech, refs)
    known = one["value"] is not None
    return Figure(
        label=speech.sentence(one["label"]),
        value=speech.number(one["value"], one["digits"]),
        known=known,
        unit=speech.unit(one["unit"]) if known else "",
        interval=_interval(one, speech),
        change=_change(one, speech) if known else speech.text(one["why"]),
        age=_age(one, speech),
        stale=one["stale"],
        note=speech.text(one["note"]),
        curve=curve_of(one, speech),
        ref=refs.of(one["basis"]),
        parts_label=label,
        parts=parts,
    )


def parts_of(
    breakdown: Mapping[str, Any] | None, digits: int, unit: str, speech: Speech, refs: Refs
) -> tuple[str, tuple[Part, ...]]:
    """What the groups are, and the worst of them."""
    if breakdown is None or not breakdown["rows"]:
        return "", ()
    label, of = speech.text(breakdown["label"]), breakdown["of"]
    parts = tuple(
        Part(
            speech.text(one["words"]) or one["name"],
            speech.measure(one["value"], digits, unit),
            refs.unnumbered(one["basis"]),
        )
        for one in breakdown["rows"][:PARTS]
    )
    if len(parts) < of:
        label = speech.say("breakdown", label=label, of=str(of))
    return label[:1].upper() + label[1:], parts


def _interval(one: Mapping[str, Any], speech: Speech) -> str:
    """Both ends, or the one that is known."""
    given = one["interval"]
    if given is None or one["value"] is None:
        return ""
    low, high = (
        None if given[end] is None else speech.number(given[end], one["digits"])
        for end in ("low", "high")
    )
    if low is None or high is None:
        return f"≤ {high}" if high else f"≥ {low}" if low else ""
    return f"{low} – {high}"


def _change(one: Mapping[str, Any], speech: Speech) -> str:
    """What it was then, and by how much it changed since."""
    before = one["compare"]
    if before is None or before["value"] is None:
        return ""
    period = before["period"]
    then = (
        speech.say(period)
        if period in _BACK
        else speech.say("at.date", moment=speech.moment(before["at"], one["asOf"]))
    )
    change = speech.change(one["value"], before["value"], one["digits"])
    if not change:
        return speech.say("same", period=then)
    value = speech.number(before["value"], one["digits"])
    return speech.say("compare", change=change, value=value, period=then)


def _age(one: Mapping[str, Any], speech: Speech) -> str:
    if one["observedAt"] is None:
        return ""
    key = "stale" if one["stale"] else "newest"
    return speech.say(key, moment=speech.moment(one["observedAt"], one["asOf"]))
