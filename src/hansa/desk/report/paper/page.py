"""The situation report as one HTML file, for the printer and for mail.

No script, no request outside, its style and its curves inside it; two A4 pages on paper,
readable on a telephone. Every number is a link to the rows it came from, as known then.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import TypeVar

from hansa.desk.report.paper import marks
from hansa.desk.report.paper.layout import Doc, lay_out
from hansa.desk.report.paper.markup import Child, Markup, el, joined, raw
from hansa.desk.report.paper.sheet import (
    Criterion,
    Due,
    Figure,
    Level,
    OnDuty,
    Part,
    Ref,
    Sector,
    Sheet,
    Source,
    Thing,
    Trouble,
)

_LEVELS = 5
T = TypeVar("T")


def render(document: Doc, language: str, origin: str = "") -> str:
    """The file's text, of a report's JSON; `origin` is the node's, for a file that is sent on."""
    return page(lay_out(document, language, origin))


def page(sheet: Sheet) -> str:
    """The file's text, of a sheet."""
    mark = "" if sheet.exercise is None else f"{sheet.exercise.word} · "
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{mark}{sheet.title}, {sheet.city}, {sheet.day}"),
        el("style", raw(_style(sheet, mark))),
    )
    return "<!doctype html>\n" + el("html", head, el("body", *_body(sheet)), lang=sheet.language)


def _body(sheet: Sheet) -> tuple[Child, ...]:
    words = sheet.words
    parts = (
        _head(sheet),
        _level(sheet.level, words["criteria"]),
        _part(words["things"], _things(sheet)),
        _part(words["sectors"], *map(_sector, sheet.sectors), _quiet(sheet.legend)),
        _told(words["calls"], sheet.calls),
        _told(words["outages"], sheet.outages),
        _told(words["duty"], sheet.duty),
        _part(words["due"], _listed("due", _due, sheet.due, words["due.none"])),
        _part(
            words["neighbours"],
            _listed("troubles", _trouble, sheet.neighbours, words["neighbours.none"]),
        ),
        _part(words["sources"], _listed("sources", _source, sheet.sources, words["sources.none"])),
        _notes(sheet),
        _part(words["refs"], el("ol", *map(_ref, sheet.refs), class_="refs")),
        el("footer", el("p", sheet.made)),
    )
    return (*_exercise(sheet), el("div", _band(sheet), el("main", *parts), class_="sheet"))


def _exercise(sheet: Sheet) -> tuple[Child, ...]:
    if sheet.exercise is None:
        return ()
    return (el("div", sheet.exercise.word, class_="watermark", aria_hidden="true"),)


def _band(sheet: Sheet) -> Child:
    """Stands as the head of a table, which printers repeat on every page."""
    given = sheet.exercise
    if given is None:
        return None
    words = el("span", el("strong", given.word), " ", given.about)
    return el("div", el("div", words, class_="band"), class_="repeated", role="note")


def _head(sheet: Sheet) -> Markup:
    return el(
        "header",
        el("div", el("p", sheet.city, class_="city"), el("h1", sheet.title)),
        el("div", el("p", sheet.day, class_="day"), _quiet(sheet.known)),
    )


def _part(title: str, *children: Child) -> Markup:
    return el("section", el("h2", title), *children)


def _quiet(text: str) -> Child:
    return el("p", text, class_="quiet") if text else None


def _listed(name: str, draw: Callable[[T], Markup], rows: Sequence[T], none: str) -> Child:
    """A list of rows, or what would be here."""
    return el("ul", *map(draw, rows), class_=name) if rows else _quiet(none)


def _level(level: Level, title: str) -> Markup:
    steps = (
        el("i", class_="full" if number <= level.number else None)
        for number in range(1, _LEVELS + 1)
    )
    return el(
        "section",
        el("p", str(level.number), class_="number"),
        el(
            "div",
            el("div", *steps, class_="steps", aria_hidden="true"),
            el("p", level.word, class_="word"),
            _quiet(level.by),
        ),
        el("div", el("h3", title), el("ul", *map(_criterion, level.criteria))),
        class_=f"level {level.key}",
    )


def _criterion(one: Criterion) -> Markup:
    return el(
        "li",
        el("span", "✓" if one.met else "–", class_="tick", role="img", aria_label=one.mark),
        el("span", one.text, el("i", f" ({one.note})") if one.note else None),
        el("b", _linked(one.value, one.ref)),
        el("span", one.leads, class_="quiet"),
        class_="met" if one.met else None,
    )


def _things(sheet: Sheet) -> Child:
    if not sheet.things:
        return _quiet(sheet.words["things.none"])
    return el("ol", *map(_thing, sheet.things), class_="things")


def _thing(one: Thing) -> Markup:
    return el(
        "li",
        el(
            "div",
            el("h3", _linked(one.title, one.ref)),
            el("p", marks.severity(one.severity, one.word), " ", one.text),
        ),
        marks.spark(one.curve) if one.curve else None,
    )


def _sector(one: Sector) -> Markup:
    told = (
        el("ul", *map(_trouble, one.troubles), class_="troubles") if one.troubles else None,
        _quiet(one.more),
        el("ul", *map(_figure, one.figures), class_="figures") if one.figures else None,
    )
    about = (el("h3", one.name), marks.severity(one.severity, one.word), _quiet(one.note))
    return el("article", el("div", *about), el("div", *told))


def _trouble(one: Trouble) -> Markup:
    return el(
        "li",
        marks.severity(one.severity, one.word),
        el("span", _linked(one.title, one.ref)),
        el("span", one.note, class_="quiet"),
    )


def _figure(one: Figure) -> Markup:
    curve = one.curve
    value = (
        el("b", el("a", one.value, href=one.ref.url), class_=None if one.known else "unknown"),
        el("span", " ", one.unit) if one.unit else None,
        _note(one.ref),
    )
    return el(
        "li",
        el("span", one.label, class_="label"),
        el("span", *value, el("i", one.interval) if one.interval else None, class_="value"),
        el("span", marks.spark(curve) if curve else None, class_="curve"),
        el("span", *_range(one), class_="range", aria_hidden="true"),
        el("span", one.change, class_="change"),
        el("span", one.age, class_="age stale" if one.stale else "age"),
        _groups(one.parts_label, one.parts),
        el("span", one.note, class_="note") if one.note else None,
    )


def _groups(label: str, parts: Sequence[Part]) -> Child:
    if not parts:
        return None
    told = (joined("; " if n else "", _group(one)) for n, one in enumerate(parts))
    return el("span", f"{label}: ", *told, class_="parts")


def _group(one: Part) -> Markup:
    return joined(f"{one.name} ", el("b", _linked(one.value, one.ref)))


def _range(one: Figure) -> tuple[Child, ...]:
    if one.curve is None or one.curve.low == one.curve.high:
        return ()
    return one.curve.high, el("br"), one.curve.low


def _due(one: Due) -> Markup:
    return el(
        "li",
        el("b", one.time),
        el("span", _linked(one.what, one.ref), _groups(one.parts_label, one.parts)),
        el("span", one.sector, class_="quiet"),
    )


def _told(title: str, given: Sequence[OnDuty]) -> Child:
    """Lines of a text and a note; nothing where there are none."""
    if not given:
        return None
    rows = (
        el(
            "li",
            el("span", one.text if one.ref is None else _linked(one.text, one.ref)),
            " ",
            el("span", one.note, class_="quiet"),
        )
        for one in given
    )
    return _part(title, el("ul", *rows))


def _notes(sheet: Sheet) -> Child:
    if not sheet.notes:
        return None
    return _part(sheet.words["notes"], el("ul", *(el("li", one) for one in sheet.notes)))


def _source(one: Source) -> Markup:
    return el(
        "li",
        _linked(one.name, one.ref),
        el("span", one.age, class_="age stale" if one.stale else "age"),
        el("span", one.state),
        el("span", one.licence, class_="quiet"),
    )


def _ref(one: Ref) -> Markup:
    return el("li", el("a", one.text, href=one.url), value=str(one.n))


def _linked(text: str, ref: Ref) -> Markup:
    """The number as a link to its rows, with the number of its line among the sources."""
    return joined(el("a", text, href=ref.url), _note(ref))


def _note(ref: Ref) -> Child:
    """In brackets: a bare raised figure beside a figure would be read as its power."""
    return el("sup", f"[{ref.n}]", aria_hidden="true") if ref.n else None


def _style(sheet: Sheet, mark: str) -> str:
    """The style sheet, and what it writes into the margins of a printed page."""
    style = (resources.files("hansa.desk.report.paper") / "page.css").read_text("utf-8")
    told = _quoted(f"{mark}{sheet.city} · {sheet.title} · {sheet.known}")
    page, of = (_quoted(sheet.words[name]) for name in ("page", "of"))
    return (
        f"{style}@page {{ @bottom-left {{ content: {told} }} @bottom-right {{ content: "
        f'{page} " " counter(page) " " {of} " " counter(pages) }} }}\n'
    )


def _quoted(text: str) -> str:
    """A string of CSS; every sign that could end it, or the style, is written as its number."""
    safe = "".join(c if c.isalnum() or c in " ·.,:-" else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'
