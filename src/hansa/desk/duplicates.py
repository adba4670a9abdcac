"""Which incidents may be the same as one: read and compared when somebody asks.

Only open incidents are looked at, and of them only what the comparison needs.
"""

from dataclasses import asdict
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context import City, Entity, Query, TypeIs, parse_q
from hansa.desk.entities import INCIDENT, listed
from hansa.desk.finding import incident_of
from hansa.desk.likeness import Trait, suggestions
from hansa.desk.places import point_of
from hansa.desk.settings import DeskSettings
from hansa.desk.states import State
from hansa.guard import View

_MOST = 10  # suggestions that a person can look through


async def duplicates(
    city: City, view: View, settings: DeskSettings, incident: str
) -> dict[str, Any]:
    """Open incidents like this one, the likeliest first, each with its reasons.

    Raises ResourceNotFound where there is none or the view does not see it.
    """
    found = await incident_of(city, view.grant, incident)
    query = Query(types=TypeIs(INCIDENT), where=parse_q(f'state!="{State.CLOSED}"'))
    page = await city.read(view, query)
    others = {one.id: one for one in page.entities if one.id != incident}
    told = suggestions(
        trait_of(found),
        map(trait_of, others.values()),
        settings.duplicates,
        city.settings.languages,
    )
    return {
        "now": format_instant(city.clock.now()),
        "id": incident,
        "change": found.change,
        "suggestions": [_told(others[one.id]) | asdict(one) for one in told[:_MOST]],
    }


def trait_of(entity: Entity) -> Trait:
    """What of an incident is compared."""
    texts = [entity.value(name) for name in ("title", "description")]
    words: dict[str, str] = {}
    for text in texts:
        for language, said in text.items() if isinstance(text, dict) else ():
            words[language] = f"{words.get(language, '')} {said}"
    return Trait(
        id=entity.id,
        opened=parse_instant(str(entity.value("openedAt"))),
        place=point_of(entity.value("location")),
        texts=words,
        category=str(entity.value("category", "")),
        rests_on=frozenset(listed(entity.value("alertSource"))),
    )


def _told(entity: Entity) -> dict[str, Any]:
    """What the incident is, so that nobody need open it to judge."""
    names = ("title", "severity", "state", "owner", "openedAt")
    return {"change": entity.change, **{name: entity.value(name) for name in names}}
