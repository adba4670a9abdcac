"""What a line rests on: where its rows are seen, and how that is said on paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from hansa.desk.report.paper.sheet import Ref
from hansa.desk.report.paper.speech import Speech

_NAMED = 2  # ids that a line of paper names
_LONGEST = 96  # characters of a condition


def address(basis: Mapping[str, Any], origin: str = "") -> str:
    """Where the console shows the rows as they were known then: one entity, or a search."""
    ids, path = basis["ids"], "/#/explorer"
    told = {"at": basis["at"]}
    if basis.get("from") and basis.get("to"):
        told |= {"from": basis["from"], "to": basis["to"]}
    alone = len(ids) == 1 == basis["count"]
    if alone and (not basis["q"] or basis.get("attribute")):
        # readings of one thing: stand at its chart, however it was found
        path = f"{path}/{quote(ids[0], safe='')}"
    elif basis["q"]:
        told = {"type": basis["type"], "q": basis["q"], **told}
    else:
        whole = {"ids": ",".join(ids)} if 0 < len(ids) == basis["count"] else {}
        told = {"type": basis["type"], **told, **whole}
    return f"{origin}{path}?{urlencode(told, quote_via=quote)}"


@dataclass(slots=True)
class Refs:
    """Numbers what lines rest on, in the order of reading; the same basis once."""

    speech: Speech
    at: str
    origin: str
    _known: dict[str, Ref] = field(default_factory=dict)

    def of(self, basis: Mapping[str, Any]) -> Ref:
        """The numbered reference of a basis."""
        url = address(basis, self.origin)
        key = f"{url} {basis.get('attribute')} {basis.get('from')} {basis.get('to')}"
        if key not in self._known:
            self._known[key] = Ref(len(self._known) + 1, self._text(basis), url)
        return self._known[key]

    def unnumbered(self, basis: Mapping[str, Any]) -> Ref:
        """A reference that leads to its rows and has no line of its own on paper."""
        return Ref(0, "", address(basis, self.origin))

    def listed(self) -> tuple[Ref, ...]:
        """All that were numbered."""
        return tuple(self._known.values())

    def _text(self, basis: Mapping[str, Any]) -> str:
        parts = [basis["type"]]
        if basis["q"]:
            parts += [_cut(basis["q"]), self.speech.say("ref.count", count=self._count(basis))]
        else:
            parts.append(self._ids(basis))
        if basis.get("attribute"):
            parts.append(f"{basis['attribute']} {self._span(basis)}".rstrip())
        if basis["at"] != self.at:
            parts.append(self.speech.say("known", moment=self.speech.moment(basis["at"])))
        return " · ".join(part for part in parts if part)

    def _span(self, basis: Mapping[str, Any]) -> str:
        since, until = basis.get("from"), basis.get("to")
        if not since or not until:
            return ""
        begin = self.speech.moment(since, self.at)
        return f"{begin} – {self.speech.moment(until, since)}"

    def _count(self, basis: Mapping[str, Any]) -> str:
        return self.speech.number(basis["count"])

    def _ids(self, basis: Mapping[str, Any]) -> str:
        short = [_short(one) for one in basis["ids"][:_NAMED]]
        if not short:
            return self.speech.say("ref.count", count=self._count(basis))
        left = basis["count"] - len(short)
        more = self.speech.say("ref.more", count=self.speech.number(left))
        return ", ".join(short) + (f" {more}" if left > 0 else "")


def _short(entity: str) -> str:
    """An id without what its type says already."""
    return entity.split(":", 3)[-1]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
