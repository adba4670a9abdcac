"""The clerks' choices as they stand in the graph: with what was said to learn from, and without.

What was said is personal. It is read under a grant of its own, for the purpose `theme-learning`,
of calls alone, and of them the words and the telephone (to know what one person said twice) alone;
each reading is an entry of the journal. Whoever only counts reads none of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hansa.context import City, Entity, Order, Path, Query, TypeIs, parse_q
from hansa.desk.themes.learning import Choice
from hansa.guard import View

ROOM = "themes"
PURPOSE = "theme-learning"
MOST = 8000  # the newest choices: what people say changes, and nobody waits for more
_CALL = "Call"  # of the vocabulary; its desk is another part of this room
_AT_ONCE = 500
_WANTED = ("words", "callerTelephone")
_COUNTING = 'theme;state!="struck"'


async def choices(city: City) -> tuple[Choice, ...]:
    """What was said and which theme was chosen, newest first."""
    view = city.guard.view(city.guard.machine(ROOM, city.world, purpose=PURPOSE))
    found: list[Choice] = []
    people: dict[str, str] = {}
    for offset in range(0, MOST, _AT_ONCE):
        page = await city.read(view, _query(offset), only=_WANTED)
        found += _choices(page.entities, people)
        if len(page.entities) < _AT_ONCE:
            break
    return tuple(found)


def _query(offset: int) -> Query:
    newest = (Order(Path("enteredAt"), descending=True),)
    return Query(
        types=TypeIs(_CALL), where=parse_q(_COUNTING), order=newest, limit=_AT_ONCE, offset=offset
    )


def _choices(calls: Sequence[Entity], people: dict[str, str]) -> Iterator[Choice]:
    """`people`: telephone to a running number, so that no telephone goes any further."""
    for call in calls:
        words = call.value("words")
        if isinstance(words, str) and words.strip() and is_choice(call.document):
            caller = str(call.value("callerTelephone") or call.id)
            subject = people.setdefault(caller, str(len(people) + 1))
            yield Choice(words, str(call.value("theme")), subject)


def is_choice(call: Mapping[str, Any]) -> bool:
    """Whether a person chose: not corrected by another call, nor filed by what learns from it."""
    by = _value(call, "by")
    alone = isinstance(by, str) and by.startswith("machine:") and bool(_value(call, "suggested"))
    return "correctedBy" not in call and not alone


def suggested_of(given: Any) -> tuple[tuple[str, float], ...]:
    """Themes with their confidence as they were shown; nothing where that is not what it is."""
    rows = given if isinstance(given, list) else []
    return tuple(
        (str(one["theme"]), float(one["confidence"]))
        for one in rows
        if isinstance(one, dict) and {"theme", "confidence"} <= one.keys()
    )


async def told(
    city: City, view: View, since: str
) -> Iterator[tuple[str, tuple[tuple[str, float], ...]]]:
    """(chosen theme, what was suggested) of calls entered since then; nothing personal."""
    columns = ("theme", "suggested", "correctedBy", "by")
    where = f'{_COUNTING};enteredAt>="{since}"'
    table = await city.table(view, _CALL, columns, where=where)
    return (
        (str(theme), suggested_of(suggested))
        for theme, suggested, corrected, by in table.rows
        if not corrected and not str(by or "").startswith("machine:")
    )


def _value(call: Mapping[str, Any], name: str) -> Any:
    held = call.get(name)
    return held.get("value", held.get("json")) if isinstance(held, dict) else held
