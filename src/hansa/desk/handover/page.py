"""The hand-over sheet as one HTML file for the printer: no script, no request outside."""

from importlib import resources

from hansa.desk.handover.paper import Line, Number, Paper, Part, Signature
from hansa.desk.report.paper import marks
from hansa.desk.report.paper.markup import Child, Markup, el, raw

_OWN = """
.numbers { display: flex; flex-wrap: wrap; gap: 8px 24px; margin-top: 12px; }
.numbers b { display: block; font-size: 20px; }
.lines li { display: grid; grid-template-columns: 100px minmax(0, 1fr) minmax(0, 1fr); gap: 12px;
  padding: 3px 0; break-inside: avoid; }
.lines .bad { font-weight: 650; }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 32px; margin-top: 32px; }
.sign div { border-top: 1px solid var(--ink); padding-top: 4px; }
.digest { margin-top: 16px; font-size: var(--small); word-break: break-all; }
"""


def render(paper: Paper) -> str:
    """The file's text."""
    mark = "" if paper.exercise is None else f"{paper.exercise.word} · "
    style = (resources.files("hansa.desk.report.paper") / "page.css").read_text("utf-8")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{mark}{paper.title}, {paper.city}, {paper.known}"),
        el("style", raw(style + _OWN)),
    )
    return "<!doctype html>\n" + el("html", head, el("body", *_body(paper)), lang=paper.language)


def _body(paper: Paper) -> tuple[Child, ...]:
    parts = (
        el(
            "header",
            el("div", el("p", paper.city, class_="city"), el("h1", paper.title)),
            el("div", el("p", paper.post, class_="day"), el("p", paper.known, class_="quiet")),
        ),
        el("div", *map(_number, (*paper.who, *paper.numbers)), class_="numbers"),
        *map(_part, paper.parts),
        _signed(paper),
        el("footer", el("p", paper.made)),
    )
    sheet = el("div", _band(paper), el("main", *parts), class_="sheet")
    if paper.exercise is None:
        return (sheet,)
    return (el("div", paper.exercise.word, class_="watermark", aria_hidden="true"), sheet)


def _signed(paper: Paper) -> Child:
    """The signatures, or the lines to sign on; nothing on a paper that nobody signs."""
    if not paper.signatures:
        return None
    digest = f"{paper.words['digest']}: {paper.digest}"
    return el(
        "section",
        el("h2", paper.words["signatures"]),
        el("div", *map(_signature, paper.signatures), class_="sign"),
        el("p", digest, class_="digest") if paper.digest else None,
    )


def _band(paper: Paper) -> Child:
    given = paper.exercise
    if given is None:
        return None
    words = el("span", el("strong", given.word), " ", given.about)
    return el("div", el("div", words, class_="band"), class_="repeated", role="note")


def _number(one: Number) -> Markup:
    return el("div", el("span", one.label, class_="quiet"), el("b", one.value))


def _part(one: Part) -> Markup:
    told: Child = el("p", one.none, class_="quiet")
    if one.lines:
        told = el("ul", *map(_line, one.lines), class_="lines")
    return el("section", el("h2", one.title), told)


def _line(one: Line) -> Markup:
    return el(
        "li",
        el("span", marks.severity(one.severity, one.word) if one.severity else one.word),
        el("span", one.text),
        el("span", one.note, class_="bad" if one.bad else "quiet"),
    )


def _signature(one: Signature) -> Markup:
    return el(
        "div",
        el("p", one.label, class_="quiet"),
        el("p", one.name or "\u00a0"),
        el("p", one.moment, class_="quiet"),
    )
