"""CAP messages as rows of warnings (pure): one per message, and one per warning that it ends.

An Update supersedes and a Cancel cancels what `references` names (CAP-v1.2, 3.2.1). A message
of another world than the city's never becomes a warning: an exercise must not be mistaken for
real, nor the reverse.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hansa.sectors.connectors.fetched import Found
from hansa.sectors.connectors.plan import Unreadable
from hansa.sectors.formats import cap

_WORDS = ("headline", "description", "instruction")
_ENDS = {"Update": "superseded", "Cancel": "cancelled"}
_SPEAKS = {"Alert", "Update"}


def warnings(data: bytes, *, exercise: bool) -> Iterator[Found]:
    """The rows of one message; BadRequestData where it is none."""
    infos = list(cap.rows(data))
    head, wanted = infos[0], "Exercise" if exercise else "Actual"
    if head["status"] != wanted:
        detail = f"{head['identifier']} has the status {head['status']}; here {wanted} is taken"
        yield Unreadable("cap-status", detail, head["identifier"])
        return
    yield _joined(infos)
    if (ended := _ENDS.get(head["msgType"])) is not None:
        for one in cap.references(head["references"]):
            yield {
                "identifier": one,
                "state": ended,
                "endedAt": head["sent"],
                "endedBy": head["identifier"],
            }


def _joined(infos: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All info blocks as one row: texts by language, the rest of the first block."""
    row = dict(infos[0])
    row["capSeverity"], row["severity"] = row.get("severity", ""), row.get("severityHere", "")
    for name in _WORDS:
        row[name] = _by_language(infos, name)
    if not row["headline"]:
        row["headline"] = _by_language(infos, "event")
    row["state"] = "open" if row["msgType"] in _SPEAKS else "ended"
    return row


def _by_language(infos: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    """Language (its first subtag) -> text; the first block of a language speaks."""
    found: dict[str, str] = {}
    for info in infos:
        if text := info.get(name):
            found.setdefault(info["language"].split("-")[0].lower(), text)
    return found
