"""What an alert does to the desk: opens an incident, joins one, raises it, ends it. Pure.

An alert of a declared severity opens an incident. One that comes again for the same reason
(rule and key) while people still work on the first joins that incident: the thirtieth report
is a line in the timeline, not a thirtieth incident. What is known of incidents is a value that
moves along with the batch. Entries are written before the change of the incident they tell of, so
an incident's change number says which of its entries are newer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import Change, Document, NoneOpen, Note, Op, Timer, instance_value
from hansa.desk.entities import (
    INCIDENT,
    due_timer,
    entry,
    incident_id,
    incident_key,
    prop,
    refers,
)
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State

CONSUMER = "desk"
MACHINE = "machine:desk"
ABOUT = "desk:about"  # notes: what the latest incident is about -> its id

_COPIED = ("title", "description", "category", "sector", "severity", "location")
_FOLLOWED = ("title", "description")


@dataclass(frozen=True, slots=True)
class AlertNews:
    """A change of an alert: its document as of then, and which attributes the change set."""

    id: str
    number: int
    document: Document
    changed: frozenset[str]

    def value(self, name: str) -> Any:
        """The value of an attribute, None where there is none."""
        instance = self.instance(name)
        return None if instance is None else instance_value(instance)

    def instance(self, name: str) -> Any:
        """The default instance of an attribute; anybody may have written others beside it."""
        found = self.document.get(name)
        if isinstance(found, list):
            return next((one for one in found if "datasetId" not in one), None)
        return found

    @property
    def about(self) -> str:
        """What the alert is about: the same text for the same trouble."""
        rule, key = self.value("rule"), self.value("dedupKey")
        return f"{rule} {key}" if rule else self.id


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk must know of an incident. `change` 0: it was opened by this batch."""

    id: str
    change: int
    state: str
    severity: str
    alerts: tuple[str, ...]
    due: datetime | None
    about: str


@dataclass(frozen=True, slots=True)
class Response:
    """What follows from one change of an alert."""

    incident: Known | None = None
    changes: tuple[Change, ...] = ()
    expect: tuple[NoneOpen, ...] = ()
    timers: tuple[Timer, ...] = ()
    notes: tuple[Note, ...] = field(default_factory=tuple)


NOTHING = Response()


def respond(
    news: AlertNews, incident: Known | None, settings: DeskSettings, now: datetime
) -> Response:
    """What the desk does about a change of an alert.

    `incident`: the one the alert belongs to, or the open one about the same, or None.
    """
    severity = str(news.value("severity") or "")
    if incident is not None and news.id in incident.alerts:
        return _follow(news, incident, severity, settings, now)
    if news.value("state") != "open" or not settings.opens(severity):
        return NOTHING
    if incident is None or incident.state == State.CLOSED:
        return _open(news, severity, settings, now)
    return _join(news, incident, severity, settings, now)


def _open(news: AlertNews, severity: str, settings: DeskSettings, now: datetime) -> Response:
    name, due = incident_id(news.id), settings.due(severity, now)
    body: dict[str, Any] = {
        "type": INCIDENT,
        **{name: one for name in _COPIED if (one := news.instance(name)) is not None},
        "state": prop(State.NEW.value),
        "openedAt": prop(now),
        "alerts": refers(news.id),
    }
    if due is not None:
        body |= {"due": prop(due), "overdue": prop(False)}
    return Response(
        Known(name, 0, State.NEW, severity, (news.id,), due, news.about),
        (
            _entry(news, name, "opened", now),
            Change(Op.CREATE, name, body, opens=incident_key(news.id)),
        ),
        (NoneOpen(incident_key(news.id)),),
        _due(name, due),
        (Note(ABOUT, news.about, name),),
    )


def _join(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    joined = replace(incident, alerts=(*incident.alerts, news.id))
    answer = _raise(news, joined, severity, settings, now)
    body = {"alerts": refers(joined.alerts)}
    return replace(
        answer,
        incident=answer.incident or joined,
        changes=(
            _entry(news, incident.id, "raised-again", now),
            Change(Op.APPEND, incident.id, body),
            *answer.changes,
        ),
    )


def _follow(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    if incident.state == State.CLOSED:
        return _after_closing(news, incident, severity, settings, now)
    answer = NOTHING
    if "severity" in news.changed:
        answer = _raise(news, incident, severity, settings, now)
    if "state" in news.changed and news.value("state") == "cleared":
        cleared = _entry(news, incident.id, "cleared", now)
        kept = answer.incident or incident
        return replace(answer, incident=kept, changes=(*answer.changes, cleared))
    said_anew = news.changed & news.document.keys()
    words = {
        name: one
        for name in _FOLLOWED
        if name in said_anew and (one := news.instance(name)) is not None
    }
    if not words or news.value("state") != "open":
        return answer
    said = Change(Op.APPEND, incident.id, words)
    return replace(answer, incident=answer.incident or incident, changes=(said, *answer.changes))


def _after_closing(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    """People closed it; only a rise of severity is worth calling them back."""
    rises = "severity" in news.changed and settings.rank(severity) > settings.rank(
        incident.severity
    )
    if not rises or news.value("state") != "open":
        return NOTHING
    due = settings.due(severity, now)
    body: dict[str, Any] = {"state": prop(State.NEW.value), "severity": prop(severity)}
    if due is not None:
        body |= {"due": prop(due), "overdue": prop(False)}
    key = incident_key(incident.alerts[0])
    return Response(
        replace(incident, state=State.NEW, severity=severity, due=due),
        (
            _entry(news, incident.id, "reopened", now),
            Change(Op.APPEND, incident.id, body, opens=key),
        ),
        (NoneOpen(key),),
        _due(incident.id, due),
        (Note(ABOUT, incident.about, incident.id),),
    )


def _raise(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    """Severity only rises, and a new incident is then due sooner."""
    if settings.rank(severity) <= settings.rank(incident.severity):
        return NOTHING
    due = incident.due
    body: dict[str, Any] = {"severity": prop(severity)}
    sooner = settings.due(severity, now) if incident.state == State.NEW else None
    if sooner is not None and (due is None or sooner < due):
        due = sooner
        body |= {"due": prop(due)}
    return Response(
        replace(incident, severity=severity, due=due),
        (_entry(news, incident.id, "escalated", now), Change(Op.APPEND, incident.id, body)),
        (),
        _due(incident.id, due) if due != incident.due else (),
    )


def _entry(news: AlertNews, incident: str, kind: str, now: datetime) -> Change:
    severity = news.instance("severity")
    more = {"severity": severity} if severity is not None else {}
    words = news.instance("description") or news.instance("title")
    if words is not None and words.get("type") == "LanguageProperty":
        more |= {"text": words}
    local = f"{incident.rpartition(':Incident:')[2]}:{news.number}:{kind}"
    return entry(local, incident, kind, MACHINE, now, machine=True, more=more)


def _due(incident: str, due: datetime | None) -> tuple[Timer, ...]:
    if due is None:
        return ()
    payload = {"incident": incident, "due": format_instant(due)}
    return (Timer(CONSUMER, due_timer(incident), due, payload),)


def overdue(incident: Known, payload: Mapping[str, Any], number: int, now: datetime) -> Response:
    """A due time came: nobody took the incident, unless somebody did or the time was moved."""
    if incident.state != State.NEW or incident.due is None:
        return NOTHING
    if parse_instant(str(payload["due"])) < incident.due:
        return NOTHING
    local = f"{incident.id.rpartition(':Incident:')[2]}:{number}:overdue"
    return Response(
        incident,
        (
            entry(local, incident.id, "overdue", MACHINE, now, machine=True),
            Change(Op.APPEND, incident.id, {"overdue": prop(True)}),
        ),
    )
