"""What an alert does to the desk: opens an incident, joins one, raises it, ends it. Pure.

An alert of a declared severity opens an incident. One that comes again for the same reason
(rule and key) while people still work on the first joins that incident, and so does one of the same
cause by the city's rules (`grouping`): the thirtieth report is a line in the timeline, not a
thirtieth incident. What is known of incidents is a value that moves along with the batch. Entries
are written before the change of the incident they tell of, so an incident's change number says
which of its entries are newer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hansa.base.times import parse_instant
from hansa.context import Change, NoneOpen, Note, Op
from hansa.desk.entities import (
    INCIDENT,
    MACHINE,
    MOST_NAMED,
    entry,
    incident_id,
    incident_key,
    local_name,
    prop,
    refers,
)
from hansa.desk.escalation import timers
from hansa.desk.model import NOTHING, AlertNews, Known, Response
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State

ABOUT = "desk:about"  # notes: what the latest incident is about -> its id

_COPIED = ("title", "description", "category", "sector", "severity", "location", "alertSource")
_FOLLOWED = ("title", "description")


def respond(
    news: AlertNews,
    incident: Known | None,
    settings: DeskSettings,
    now: datetime,
    *,
    via: Known | None = None,
    cause: str = "",
    outage: str = "",
) -> Response:
    """What the desk does about a change of an alert.

    `incident`: the one the alert belongs to, or the open one about the same (or of the same
    `cause`, by an `outage`), or None. `via`: the merged one through which it came there.
    """
    severity = str(news.value("severity") or "")
    if incident is not None and news.id in incident.alerts:
        return _follow(news, incident, severity, settings, now)
    if not opens(news, settings):
        return NOTHING
    if incident is None or incident.state == State.CLOSED:
        return _open(news, severity, settings, now)
    tie = _Tie(via, cause, outage)
    return _join(news, incident, severity, settings, now, tie)


def opens(news: AlertNews, settings: DeskSettings) -> bool:
    """Whether the alert calls for an incident where it belongs to none.

    One that is suppressed is expected; when that ends it comes again, unsuppressed.
    """
    if news.value("suppressed"):
        return False
    return news.value("state") == "open" and settings.opens(str(news.value("severity") or ""))


def _open(news: AlertNews, severity: str, settings: DeskSettings, now: datetime) -> Response:
    known = _begun(news, severity, settings, now)
    body: dict[str, Any] = {
        "type": INCIDENT,
        **{name: one for name in _COPIED if (one := news.instance(name)) is not None},
        "state": prop(known.state),
        "incidentType": prop(known.type),
        "priority": prop(known.priority),
        "openedAt": prop(now),
        "alerts": refers(news.id),
    }
    if news.upstream:
        body["upstream"] = _named(news.upstream)
    if known.due is not None:
        body |= {"due": prop(known.due), "overdue": prop(False)}
    return Response(
        known,
        (
            _entry(news, known.id, "opened", now),
            Change(Op.CREATE, known.id, body, opens=incident_key(news.id)),
        ),
        (NoneOpen(incident_key(news.id)),),
        timers(known, settings, now, now),
        (Note(ABOUT, news.about, known.id),),
    )


def _begun(news: AlertNews, severity: str, settings: DeskSettings, now: datetime) -> Known:
    category = str(news.value("category") or "")
    incident_type = settings.type_of(category)
    return Known(
        id=incident_id(news.id),
        change=0,
        state=State.NEW.value,
        severity=severity,
        alerts=(news.id,),
        due=settings.due(severity, now),
        about=news.about,
        opened=now,
        grown=now,
        type=incident_type,
        priority=settings.priority(severity, incident_type),
        sector=str(news.value("sector") or ""),
        category=category,
        place=news.place,
        rests_on=frozenset(news.sources),
        upstream=news.upstream,
    )


@dataclass(frozen=True, slots=True)
class _Tie:
    """By what an alert belongs to an incident that is open: see `respond`."""

    via: Known | None
    cause: str
    outage: str


def _join(
    news: AlertNews,
    incident: Known,
    severity: str,
    settings: DeskSettings,
    now: datetime,
    tie: _Tie,
) -> Response:
    joined = _with(incident, news, now)
    answer = _raise(news, joined, severity, settings, now)
    more = {"reason": prop(tie.cause)} if tie.cause else {}
    if tie.outage:
        more |= {"refOutage": refers(tie.outage)}
    kind = "grouped" if tie.cause else "raised-again"
    line, via = _entry(news, incident.id, kind, now, more), tie.via
    home = None if via is None else replace(via, alerts=(*via.alerts, news.id))
    changes = [line, Change(Op.APPEND, incident.id, _ties(joined, incident))]
    if home is not None:
        changes.append(Change(Op.APPEND, home.id, {"alerts": refers(home.alerts)}))
    return replace(
        answer,
        incident=answer.incident or joined,
        via=home,
        changes=(*changes, *answer.changes),
        notes=(Note(ABOUT, news.about, (home or incident).id),),
    )


def _with(incident: Known, news: AlertNews, now: datetime) -> Known:
    """The incident with an alert more."""
    return replace(
        incident,
        alerts=(*incident.alerts, news.id),
        grown=now,
        rests_on=incident.rests_on.union(news.sources),
        upstream=incident.upstream | news.upstream,
    )


def _ties(joined: Known, before: Known) -> dict[str, Any]:
    """The relationships of an incident that an alert more has changed."""
    body = {"alerts": refers(joined.alerts)}
    if joined.rests_on != before.rests_on:
        body["alertSource"] = _named(joined.rests_on)
    if joined.upstream != before.upstream:
        body["upstream"] = _named(joined.upstream)
    return body


def _named(entities: Iterable[str]) -> dict[str, Any]:
    return refers(sorted(entities)[:MOST_NAMED])


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
    words = _said_anew(news, incident)
    if not words or news.value("state") != "open":
        return answer
    said = Change(Op.APPEND, incident.id, words)
    return replace(answer, incident=answer.incident or incident, changes=(said, *answer.changes))


def _said_anew(news: AlertNews, incident: Known) -> dict[str, Any]:
    """The words of an incident are those of the alert that opened it."""
    if news.id != incident.alerts[0] or incident.id != incident_id(news.id):
        return {}
    names = [name for name in _FOLLOWED if name in news.changed and name in news.document]
    return {name: one for name in names if (one := news.instance(name)) is not None}


def _after_closing(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    """People closed it; only a rise of severity is worth calling them back."""
    rises = "severity" in news.changed and settings.rank(severity) > settings.rank(
        incident.severity
    )
    if not rises or news.value("state") != "open":
        return NOTHING
    known = _risen(incident, severity, settings)
    known = replace(known, state=State.NEW.value, due=settings.due(severity, now))
    body: dict[str, Any] = {"state": prop(known.state), **_urgency(known, incident)}
    if known.due is not None:
        body |= {"due": prop(known.due), "overdue": prop(False)}
    key = incident_key(incident.alerts[0])
    return Response(
        known,
        (
            _entry(news, incident.id, "reopened", now),
            Change(Op.APPEND, incident.id, body, opens=key),
        ),
        (NoneOpen(key),),
        timers(known, settings, now, now),
        (Note(ABOUT, incident.about, incident.id),),
    )


def _raise(
    news: AlertNews, incident: Known, severity: str, settings: DeskSettings, now: datetime
) -> Response:
    """Severity only rises, and a new incident is then due sooner."""
    if settings.rank(severity) <= settings.rank(incident.severity):
        return NOTHING
    known = _risen(incident, severity, settings)
    body = _urgency(known, incident)
    fresh = incident.state == State.NEW
    sooner = settings.due(severity, now) if fresh else None
    if sooner is not None and (known.due is None or sooner < known.due):
        known = replace(known, due=sooner)
        body |= {"due": prop(sooner)}
    return Response(
        known,
        (_entry(news, incident.id, "escalated", now), Change(Op.APPEND, incident.id, body)),
        (),
        timers(known, settings, incident.opened or now, now, incident.severity) if fresh else (),
    )


def _risen(incident: Known, severity: str, settings: DeskSettings) -> Known:
    """The incident at a greater severity, with the priority that the city's table then gives."""
    table = settings.priority(severity, incident.type)
    priority = incident.priority if incident.by_person else table
    return replace(incident, severity=severity, priority=priority)


def _urgency(known: Known, before: Known) -> dict[str, Any]:
    body = {"severity": prop(known.severity)}
    if known.priority != before.priority:
        body["priority"] = prop(known.priority)
    return body


def _entry(
    news: AlertNews,
    incident: str,
    kind: str,
    now: datetime,
    also: Mapping[str, Any] | None = None,
) -> Change:
    severity = news.instance("severity")
    more = {**(also or {}), **({"severity": severity} if severity is not None else {})}
    words = news.instance("description") or news.instance("title")
    if words is not None and words.get("type") == "LanguageProperty":
        more |= {"text": words}
    local = f"{local_name(incident)}:{news.number}:{kind}"
    return entry(local, incident, kind, MACHINE, now, machine=True, more=more)


def overdue(incident: Known, payload: Mapping[str, Any], number: int, now: datetime) -> Response:
    """A due time came: nobody took the incident, unless somebody did or the time was moved."""
    if incident.state != State.NEW or incident.due is None:
        return NOTHING
    if parse_instant(str(payload["due"])) < incident.due:
        return NOTHING
    local = f"{local_name(incident.id)}:{number}:overdue"
    return Response(
        incident,
        (
            entry(local, incident.id, "overdue", MACHINE, now, machine=True),
            Change(Op.APPEND, incident.id, {"overdue": prop(True)}),
        ),
    )
