"""Addresses of a large city: how fast a suggestion comes, what they weigh, how exact a count is.

A hundred thousand invented houses in three thousand invented streets, made by a seeded function.
"""

import gc
import random
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.figure import Figure, percentile, table
from hansa.desk.addresses import Building, Index, Zone
from hansa.desk.addresses.spelling import load_spelling

HOUSES = 100_000
STREETS = 3_000
ASKED = 2_000
SEED = 20_260_301
_SYLLABLES = (
    "ка", "ро", "ле", "ни", "со", "ва", "му", "ша", "ты", "за", "ре", "бо", "го", "ли", "де", "ки",
    "пра", "све", "кру", "гор", "лес", "нов", "зар", "бел", "чер", "ми", "ру", "цен", "ту",
)  # fmt: skip
_ENDINGS = ("ская улица", "ный переулок", "ова улица", "ина улица", "ий проспект", "ой проезд")
_LETTERS = "абвгдеиклмнопрст"


def streets(dice: random.Random) -> list[str]:
    """Names of streets, each once."""
    found: dict[str, None] = {}
    while len(found) < STREETS:
        stem = "".join(dice.choices(_SYLLABLES, k=dice.choice((2, 3, 3, 4)))).capitalize()
        name = f"{stem}{dice.choice(_ENDINGS)}"
        found[name if dice.random() > 0.1 else f"{dice.randint(1, 9)}-я {name}"] = None
    return list(found)


def houses(dice: random.Random, names: Sequence[str]) -> Iterator[Building]:
    """Houses along the streets, with two zones by name and a place for those by outline."""
    for number in range(HOUSES):
        street = names[number % STREETS]
        house = f"{number // STREETS + 1}{dice.choice(('', '', '', 'а', '/1', ' к.2'))}"
        place = (39.5 + dice.random() / 2, 54.5 + dice.random() / 4)
        zones = (
            f"urn:ngsi-ld:SupplyZone:coldWater:{number % 97}",
            f"urn:ngsi-ld:SupplyZone:heat:{number % 31}",
        )
        others = (f"Старая {street.split()[0]} улица",) if number % STREETS < 300 else ()
        yield Building(
            f"urn:ngsi-ld:Building:{number}", street, house, others, "", place, zones,
            dice.randrange(200), dice.randrange(40),
        )  # fmt: skip


def outlines() -> list[Zone]:
    """Forty zones by outline: a grid over the city."""
    found = []
    for number in range(40):
        west, south = 39.5 + (number % 8) / 16, 54.5 + number // 8 / 20
        east, north = west + 1 / 16, south + 1 / 20
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        outline = {"type": "Polygon", "coordinates": [ring]}
        found.append(
            Zone(f"urn:ngsi-ld:SupplyZone:power:{number}", str(number), "power", "", outline)
        )
    return found


def slipped(dice: random.Random, name: str) -> str:
    """The name with one slip of the finger."""
    at = dice.randrange(1, max(2, len(name.split()[0]) - 1))
    match dice.randrange(4):
        case 0:
            return name[:at] + dice.choice(_LETTERS) + name[at + 1 :]
        case 1:
            return name[:at] + dice.choice(_LETTERS) + name[at:]
        case 2:
            return name[:at] + name[at + 1 :]
        case _:
            return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def timed(index: Index, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each suggestion."""
    found = []
    for text in texts:
        begun = time.perf_counter()
        index.search(text, 10)
        found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def typed(dice: random.Random, all_houses: Sequence[Building]) -> dict[str, list[str]]:
    """What people type, by kind: each key as it comes, and whole addresses."""
    some = dice.sample(all_houses, ASKED)
    return {
        "three letters of the street": [one.street[:3] for one in some],
        "three letters and a number": [f"{one.street[:3]} {one.house}" for one in some],
        "an address": [one.label for one in some],
        "an address with one slip": [f"{slipped(dice, one.street)} {one.house}" for one in some],
        "a beginning with one slip": [slipped(dice, one.street)[:6] for one in some],
        "a house that is not there": [f"{one.street} 999" for one in some],
        "nothing like it": [f"щщщ{number}ъъ" for number in range(ASKED)],
    }


def recall(index: Index, dice: random.Random, all_houses: Sequence[Building]) -> float:
    """How many of the houses stand among ten suggestions although their street has a slip."""
    some = dice.sample(all_houses, ASKED)
    hits = 0
    for one in some:
        found = index.search(f"{slipped(dice, one.street)}, {one.house}", 10)
        hits += one.id in {each.building for each in found}
    return hits / len(some)


def measure(_data: Path, _homes: Path, _runs: int) -> list[Figure]:
    """All figures, in a process of its own: what other measures took is no weight of the index."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        return beside.submit(figures).result()


def figures() -> list[Figure]:
    """Suggestions by kind, what the index weighs, and counts of zones."""
    dice = random.Random(SEED)
    every = list(houses(dice, streets(dice)))
    gc.collect()
    before, begun = _memory(), time.perf_counter()
    index = Index(load_spelling())
    index.put(every, outlines())
    index.search("мира 1")  # the streets are made ready by the first question
    made, weight = time.perf_counter() - begun, _memory() - before
    suggested = [_suggested(index, *one) for one in typed(dice, every).items()]
    share = recall(index, dice, every)
    counted = _counts(index, every)
    return [
        *suggested,
        Figure("house among ten, one slip in its street", "", "%", (100 * share,), good=True),
        Figure("count of a zone, slowest", "< 200", "ms", (counted,), good=counted < 200),
        Figure("index made of 100,000 houses", "", "s", (made,), good=True),
        Figure("memory beside the houses' texts", "", "MB", (weight,), good=True),
    ]


def _suggested(index: Index, what: str, texts: Sequence[str]) -> Figure:
    spans = timed(index, texts)
    shares = {f"p{share}": percentile(spans, share / 100) for share in (50, 99)}
    good = spans[-1] <= 150
    return Figure(f"suggestion, slowest: {what}", "<= 150", "ms", (spans[-1],), good, {**shares})


def _counts(index: Index, every: Sequence[Building]) -> float:
    """Milliseconds of the slowest count; AssertionError where one is wrong."""
    slowest = 0.0
    for number in range(97):
        zone = f"urn:ngsi-ld:SupplyZone:coldWater:{number}"
        begun = time.perf_counter()
        count = index.count(index.houses_of((zone,)), (zone,))
        slowest = max(slowest, (time.perf_counter() - begun) * 1000)
        here = [one for one in every if zone in one.zones]
        people = sum(one.residents or 0 for one in here)
        assert (count.houses, count.people) == (len(here), people)  # noqa: S101 - the figure
    return slowest


def _memory() -> float:
    """Megabytes of this process now; the kernel's peak would be that of whoever started it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    measured = figures()
    print(table(measured))
    for one in measured:
        print(one.what, one.notes or "")
