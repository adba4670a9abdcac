"""An invented street plan for the tests of addresses: every name and number is made up."""

from hansa.desk.addresses import Building, Index
from hansa.desk.addresses.spelling import load_spelling

STREETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("улица Ленина", ("Астраханская улица", "вулиця Леніна")),
    ("Ленинградская улица", ()),
    ("проспект Мира", ()),
    ("улица Мира", ()),
    ("улица Максима Горького", ()),
    ("1-я Линия", ()),
    ("улица 9 Мая", ()),
    ("Ново-Садовая улица", ()),
    ("Набережная улица", ()),
    ("улица Щорса", ()),
    ("вулиця Гагаріна", ()),
    ("улица Семёнова", ()),
    ("Весенняя улица", ()),
    ("Молодёжная улица", ("Рудничный посёлок",)),
    ("Main Street", ()),
)
HOUSES = ("1", "2", "12", "12а", "12/1", "12 к.2", "12В", "120")


def house(street: str, number: str) -> str:
    """The name of an invented house."""
    return f"{street} {number}"


def plan() -> Index:
    """The streets, each with the same houses."""
    index = Index(load_spelling())
    index.put(
        [
            Building(house(street, number), street, number, others)
            for street, others in STREETS
            for number in HOUSES
        ]
    )
    return index
