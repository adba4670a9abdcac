"""What of a source is personal, and whether the city's catalogue is as strict as its mapping."""

from hansa.context import City, Personal
from hansa.sectors.errors import PrivacyTooOpen
from hansa.sectors.mapping.compile import fields_of
from hansa.sectors.mapping.load import Source, privacy_overrides


def personal_of(city: City, source: Source) -> frozenset[str]:
    """What the city's own classes make personal on the source's entities."""
    return Personal(city.guard.catalogue).of((source.file.type,))


def withholds(city: City, source: Source) -> bool:
    """Whether cells of the source stay in its files: its mapping, or the city's own classes,
    make an attribute of it personal."""
    if source.personal:
        return True
    personal = personal_of(city, source)
    return any(name in personal for name, _ in fields_of(source.file))


def check_privacy(city: City, source: Source) -> None:
    """Nothing of a source is imported where the catalogue would store its secrets openly."""
    for wish in privacy_overrides((source,)):
        found = city.guard.catalogue.privacy_class((wish.type_name,), wish.attribute)
        if found.strictness < wish.klass.strictness:
            raise PrivacyTooOpen(
                f"{wish.attribute} is {found} in the catalogue and {wish.klass} in the mapping",
                where=wish.where,
                rule="a mapping's privacy class is never looser in the graph",
                remedy="hand privacy_overrides(sources) to the guard, or set it in privacy/*.yaml",
            )
