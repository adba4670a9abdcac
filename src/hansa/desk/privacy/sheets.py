"""The officer's sheets as HTML files for the printer: no script, no request outside."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, TypeAlias

from hansa.base.times import parse_instant
from hansa.context import City
from hansa.desk.privacy.paper import words
from hansa.desk.privacy.register import say
from hansa.desk.report.paper.markup import Child, Markup, el, raw

Doc: TypeAlias = Mapping[str, Any]
_OWN = """
table { width: 100%; border-collapse: collapse; font-size: var(--small); }
th, td { padding: 4px 8px 4px 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; hyphens: auto; }
.grid { table-layout: fixed; margin-top: 12px; }
.grid th:nth-child(4) { width: 38%; }
th { color: var(--quiet); font-weight: 600; }
tr { break-inside: avoid; }
.band { padding: 6px 24px; color: #fff; background: var(--exercise); font-weight: 650; }
li { padding: 2px 0; }
"""


class Sheets:
    """Sets the sheets of one city in a language."""

    def __init__(self, city: City, language: str) -> None:
        self._city = city
        self.language = language if language in words() else "en"

    def register(self, told: Doc) -> bytes:
        """The register of processing."""
        head = tuple(self._say(one) for one in ("what", "why", "basis", "seen", "kept"))
        rows = [self._type(one) for one in told["types"]]
        return self._page("register", self._who(told), self._table(head, rows), self._where())

    def flows(self, told: Doc, sources: Iterable[str]) -> bytes:
        """The data-flow sheet: what comes in, where it lies, who sees it, what goes out."""
        origins = self._city.settings.egress.allow
        people = self._part("in.people", [self._kinds(told)])
        seen = {
            f"{self._role(role)}: {say(purpose['words'], self.language)}"
            for kind in told["types"]
            for purpose in kind["seenBy"]
            for role in purpose["roles"]
        }
        return self._page(
            "flows",
            self._who(told),
            self._section("in", people, self._part("in.sources", sorted(sources))),
            self._where(),
            self._section("seen", _list(sorted(seen))),
            self._section(
                "out",
                self._part("out.origins", origins),
                el("p", self._say("out.never")),
                el("p", self._say("out.backup")),
            ),
        )

    # ---- parts

    def _type(self, kind: Doc) -> Sequence[str]:
        attributes = ", ".join(say(one["words"], self.language) for one in kind["attributes"])
        unsaid = self._say("not-said")
        seen = "; ".join(
            say(one["words"], self.language) + ": " + ", ".join(map(self._role, one["roles"]))
            for one in kind["seenBy"]
        )
        days = "; ".join(
            f"{say(rule['words'], self.language)}: {self._say('days', days=rule['days'])}"
            for rule in kind["retention"]
        )
        return (
            f"{say(kind['words'], self.language)}: {attributes}",
            say(kind["purpose"], self.language) or unsaid,
            say(kind["basis"], self.language) or unsaid,
            seen or self._say("nobody"),
            days or self._say("no-rule"),
        )

    def _role(self, role: Doc) -> str:
        return say(role["words"], self.language) or self._say("room", id=role["id"])

    def _kinds(self, told: Doc) -> str:
        return ", ".join(say(one["words"], self.language) for one in told["types"])

    def _who(self, told: Doc) -> Markup:
        unsaid = self._say("not-said")
        rows = [
            (self._say(name), say(told[name], self.language) or unsaid)
            for name in ("controller", "officer")
        ]
        rows.append((self._say("profile"), self._say(told["profile"])))
        return self._table((), rows)

    def _where(self) -> Markup:
        keys = ("where.values", "where.keys", "where.erased")
        return self._section("where", _list([self._say(one) for one in keys]))

    def _section(self, key: str, *children: Child) -> Markup:
        return el("section", el("h2", self._say(key)), *children)

    def _part(self, key: str, lines: Sequence[str]) -> Markup:
        return el("div", el("h3", self._say(key)), _list(lines or [self._say("none")]))

    def _table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
        top = el("tr", *(el("th", one, scope="col") for one in head)) if head else None
        lines = (el("tr", *(el("td", cell) for cell in row)) for row in rows)
        return el("table", top, *lines, class_="grid" if head else None)

    def _page(self, key: str, *parts: Child) -> bytes:
        title, world = self._say(key), self._city.world
        style = (resources.files("hansa.desk.report.paper") / "page.css").read_text("utf-8")
        mark = f"{self._say('exercise')} · " if world.exercise else ""
        city = say(self._city.settings.title, self.language)
        band = el("div", self._say("exercise"), class_="band") if world.exercise else None
        made = self._say("made", at=self.moment(self._city.clock.now().isoformat()))
        head = el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("title", f"{mark}{title}, {city}"),
            el("style", raw(style + _OWN)),
        )
        at = el("p", self.moment(self._city.clock.now().isoformat()), class_="quiet")
        top = el("header", el("div", el("p", city, class_="city"), el("h1", title)), el("div", at))
        main = el("main", top, *parts, el("footer", el("p", made)))
        body = el("body", el("div", band, main, class_="sheet"))
        return ("<!doctype html>\n" + el("html", head, body, lang=self.language)).encode()

    def moment(self, text: str) -> str:
        """A time on the city's clock."""
        return f"{parse_instant(text).astimezone(self._city.settings.zone):%d.%m.%Y %H:%M}"

    def _say(self, key: str, **values: object) -> str:
        return words()[self.language][key].format(**values)


def _list(lines: Iterable[str]) -> Markup:
    return el("ul", *(el("li", one) for one in lines))
