"""The plan of four hours: who takes which call when. Invented callers, a seeded order.

A round is 36 seconds, in which each of five operators takes one card: 400 rounds, 2,000 cards.
In 40 rounds on end every card is of one zone and says that there is no cold water: a storm.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bench.day.town import Town, zone_id

OPERATORS = 5
ROUND = timedelta(seconds=36)
STORM = "no-cold-water"
SEED = 20_260_302
_STORM_WORDS = ("нет холодной воды", "воды нет с утра", "сухие краны", "когда дадут воду")


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the day is. `storms`: the first round of each and the number of its zone."""

    rounds: int = 400
    storms: Mapping[int, int] = field(default_factory=dict)
    storm_rounds: int = 40
    killed_in: int = 200
    patience: float = 5.0  # seconds of the machine that a sight of a proposal may take


DAY = Shape(storms={100: 7, 260: 41})


@dataclass(frozen=True, slots=True)
class Card:
    """A call as somebody will say it. `storm`: the zone it storms in, "" for none."""

    draft: str
    building: str
    typed: str
    theme: str
    words: str
    storm: str = ""

    @property
    def id(self) -> str:
        return f"urn:ngsi-ld:Call:{self.draft}"

    def body(self) -> dict[str, object]:
        """What the console sends."""
        told = {
            "draft": self.draft,
            "building": self.building,
            "theme": self.theme,
            "words": self.words,
            "name": f"Учебный абонент {self.draft}",
            "telephone": f"+7 900 0{int(self.draft[-4:]):06d}",
        }
        return {**told, "channel": "telephone"}


def rounds(town: Town, themes: Mapping[str, str], shape: Shape = DAY) -> list[tuple[Card, ...]]:
    """Every round's cards. `themes`: key to what a caller says of it."""
    dice = random.Random(SEED)
    others = sorted(themes)
    return [
        tuple(
            _card(dice, town, themes, others, number * OPERATORS + who, _zone(shape, number))
            for who in range(OPERATORS)
        )
        for number in range(shape.rounds)
    ]


def _zone(shape: Shape, number: int) -> int | None:
    """The zone that storms in a round."""
    for start, zone in shape.storms.items():
        if start <= number < start + shape.storm_rounds:
            return zone
    return None


def _card(
    dice: random.Random,
    town: Town,
    themes: Mapping[str, str],
    others: Sequence[str],
    number: int,
    zone: int | None,
) -> Card:
    draft = f"bench{number:04d}"
    ids = [one[0] for one in town.houses] if zone is None else town.of_zone(zone)
    building = dice.choice(ids)
    _, street, house = town.houses[int(building.rpartition(":")[2])]
    typed = f"{street[:5]} {house}"
    if zone is None:
        theme = dice.choice(others)
        return Card(draft, building, typed, theme, f"{themes[theme]} (учения, {draft})")
    words = f"{dice.choice(_STORM_WORDS)} (учения, {draft})"
    return Card(draft, building, typed, STORM, words, zone_id(zone))
