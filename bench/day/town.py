"""A city of a hundred thousand invented houses, brought in as a city brings its own table.

The folder is the demo's with another table of houses. Among the invented houses stands a quarter
by hand, whose sums were counted by hand:

| house | residents | children | zones | stands there |
|---|---|---|---|---|
| Ручная улица, 1 | 120 | 30 | water, heat | kindergarten 43 |
| Ручная улица, 2 | 80 | 10 | water, heat | |
| Ручная улица, 3 | 45 | 3 | water | school 21 |
| Ручная улица, 4 | 0 | 0 | water | |
| Ручная улица, 5 | unknown | unknown | water | |
| Ручная улица, 6 | 210 | 51 | heat | |

Water: five houses, 120 + 80 + 45 + 0 = 245 people, 30 + 10 + 3 = 43 children. Heat: three houses,
120 + 80 + 210 = 410 people, 30 + 10 + 51 = 91 children. Both together: six houses, each once,
455 people, 94 children.
"""

import csv
import json
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench import addresses, node

DEMO = node.ROOT / "cities" / "ryazan-exercise"
_ZONE = "urn:ngsi-ld:SupplyZone:"
WATER, HEAT = (f"{_ZONE}{one}:{quote('Ручная')}" for one in ("coldWater", "heat"))
SCHOOL, GARDEN = "Школа № 21 (учения)", "Детский сад № 43 (учения)"
ZONES = 97  # of cold water, by name
_DISTRICT = "Придуманный район"
_HEAD = (
    "Код", "Улица", "Другие названия улицы", "Дом", "Район", "Широта", "Долгота", "ХВС",
    "Отопление", "Жителей", "в том числе детей", "Управляющая организация", "Социальные объекты",
)  # fmt: skip
_BY_HAND = (
    ("1", "120", "30", True, True, GARDEN),
    ("2", "80", "10", True, True, ""),
    ("3", "45", "3", True, False, SCHOOL),
    ("4", "0", "0", True, False, ""),
    ("5", "", "", True, False, ""),
    ("6", "210", "51", False, True, ""),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What zones come to together."""

    houses: int
    people: int
    children: int
    social: tuple[tuple[str, str], ...] = ()


BY_HAND: Mapping[tuple[str, ...], Counted] = {
    (WATER,): Counted(5, 245, 43, (("kindergarten", GARDEN), ("school", SCHOOL))),
    (HEAT,): Counted(3, 410, 91, (("kindergarten", GARDEN),)),
    (WATER, HEAT): Counted(6, 455, 94, (("kindergarten", GARDEN), ("school", SCHOOL))),
}


@dataclass(frozen=True, slots=True)
class Town:
    """Where the city lies, and what is known of it from its making."""

    folder: Path
    home: Path
    houses: tuple[tuple[str, str, str], ...]  # id, street, number
    zones: Mapping[str, Counted] = field(default_factory=dict)  # invented ones of cold water

    def of_zone(self, number: int) -> tuple[str, ...]:
        """Ids of the houses of an invented zone of cold water."""
        return tuple(one[0] for one in self.houses[number::ZONES])


def zone_id(number: int) -> str:
    """An invented zone of cold water."""
    return f"{_ZONE}coldWater:{quote('В')}-{number}"


def build(place: Path, houses: int = addresses.HOUSES) -> Town:
    """Make the folder, import the table, as a city's technician would."""
    folder, data, home = place / "city", place / "data", place / "home"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("inbox", "samples"))
    data.mkdir()
    town = _table(data / "houses.csv", houses)
    (data / "supply-zones.geojson").write_text(_zones(), encoding="utf-8")
    for source in ("supply-zones", "addresses"):
        node.run(*("import", "--city", folder, "--home", home, "--data", data, "--source", source))
    return Town(folder, home, town.houses, town.zones)


def _table(path: Path, count: int) -> Town:
    dice = random.Random(addresses.SEED)
    kept: list[tuple[str, str, str]] = []
    sums: dict[str, Counted] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Invented for the bench: no real house, no real person; CC0-1.0"])
        writer.writerow(_HEAD)
        made = addresses.houses(dice, addresses.streets(dice))
        for number, one in zip(range(count), made, strict=False):
            kept.append((f"urn:ngsi-ld:Building:{number}", one.street, one.house))
            sums[zone_id(number % ZONES)] = _more(
                sums.get(zone_id(number % ZONES)), one.residents or 0, one.children or 0
            )
            longitude, latitude = one.point or (0.0, 0.0)
            writer.writerow(
                (
                    *(number, one.street, ";".join(one.other_names), one.house, _DISTRICT),
                    *(f"{latitude:.6f}", f"{longitude:.6f}"),
                    *(f"В-{number % ZONES}", f"Т-{number % 31}", one.residents, one.children),
                    *("", ""),
                )
            )
        for row in _rows_by_hand():
            writer.writerow(row)
    return Town(path, path, tuple(kept), sums)


def _more(before: Counted | None, people: int, children: int) -> Counted:
    before = before or Counted(0, 0, 0)
    return Counted(before.houses + 1, before.people + people, before.children + children)


def _rows_by_hand() -> Iterator[tuple[str, ...]]:
    for house, people, children, water, heat, social in _BY_HAND:
        zones = ("Ручная" if water else "", "Ручная" if heat else "")
        place = ("54.6301", f"39.80{house}")
        yield (
            *(f"hand-{house}", "Ручная улица", "", house, _DISTRICT),
            *place, *zones, people, children, "", social,
        )  # fmt: skip


def _zones() -> str:
    """Zones without outlines: their houses name them."""
    names = [("coldWater", f"В-{number}", "waterworks") for number in range(ZONES)]
    names += [("heat", f"Т-{number}", "heat-networks") for number in range(31)]
    names += [("coldWater", "Ручная", "waterworks"), ("heat", "Ручная", "heat-networks")]
    features = [
        {
            "type": "Feature",
            "properties": {"resource": resource, "zone": name, "organization": organization},
            "geometry": None,
        }
        for resource, name, organization in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
