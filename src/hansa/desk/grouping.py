"""Which open incident an alert belongs to by its cause, so that a storm is one incident. Pure.

The city's rules are tried in their order, and of several incidents the one that grew last wins.
An incident's place is that of its first alert, so a group has a middle and an end; its time is that
of its latest alert, so a trouble that goes on keeps its group.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hansa.desk.model import AlertNews, Known
from hansa.desk.places import metres
from hansa.desk.rules import GroupRule, Same
from hansa.desk.states import State


def of_one_cause(
    news: AlertNews, incidents: Iterable[Known], rules: Sequence[GroupRule], now: datetime
) -> tuple[Known, Same] | None:
    """The open incident of the alert's cause, and what they have in common."""
    given = list(incidents) if rules else []
    for rule in rules:
        found = [one for one in given if _together(news, one, rule, now)]
        if found:
            return max(found, key=lambda one: (one.grown or now, one.id)), rule.same
    return None


def relations(rules: Sequence[GroupRule]) -> frozenset[str]:
    """The relations that name what feeds an entity, by all rules."""
    return frozenset(name for rule in rules for name in rule.through)


def _together(news: AlertNews, incident: Known, rule: GroupRule, now: datetime) -> bool:
    if incident.state == State.CLOSED or not _same(news, incident, rule.same):
        return False
    return _soon(incident, rule, now) and _near(news, incident, rule)


def _same(news: AlertNews, incident: Known, same: Same) -> bool:
    match same:
        case Same.SECTOR:
            return bool(incident.sector) and news.value("sector") == incident.sector
        case Same.CATEGORY:
            return bool(incident.category) and news.value("category") == incident.category
        case Same.ENTITY:
            return not incident.rests_on.isdisjoint(news.sources)
        case Same.UPSTREAM:
            theirs = incident.upstream | incident.rests_on
            fed_by_one = not news.upstream.isdisjoint(theirs)
            return fed_by_one or not incident.upstream.isdisjoint(news.sources)


def _soon(incident: Known, rule: GroupRule, now: datetime) -> bool:
    return incident.grown is None or now - incident.grown <= rule.within


def _near(news: AlertNews, incident: Known, rule: GroupRule) -> bool:
    if rule.metres is None:
        return True
    here, there = news.place, incident.place
    return here is not None and there is not None and metres(here, there) <= rule.metres
