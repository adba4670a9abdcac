"""The register of processing (GDPR, art. 30): what is kept of people, why, for whom, how long.

Made from what the city runs by (vocabulary, classes, roles, retention), so it cannot tell of
another house than this one; what no machine knows (ground, recipients) the city writes in
`privacy/register.yaml`.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hansa.base.times import format_instant
from hansa.context import City, world_member
from hansa.desk.privacy.model import Entry, PrivacySettings, Words
from hansa.guard import Catalogue, PrivacyClass, Purpose, Role

_NONE = Entry()


def register(city: City, settings: PrivacySettings) -> dict[str, Any]:
    """The whole register."""
    return {
        "city": {"name": city.settings.name, "title": city.settings.title},
        **world_member(city.world),
        "at": format_instant(city.clock.now()),
        "profile": city.settings.profile,
        "controller": settings.controller,
        "officer": settings.officer,
        "types": [*_types(city, settings)],
        "changed": changed(city),
    }


def personal_of(catalogue: Catalogue, type_name: str, names: Sequence[str]) -> list[str]:
    """Of these attributes those that are personal."""
    return [name for name in names if catalogue.personal((type_name,), name)]


def _types(city: City, settings: PrivacySettings) -> Iterator[dict[str, Any]]:
    catalogue = city.guard.catalogue
    for name, definition in city.vocabulary.types.items():
        personal = personal_of(catalogue, name, tuple(definition.attributes))
        if not personal:
            continue
        entry = settings.register.get(name, _NONE)
        yield {
            "type": name,
            "words": definition.words,
            "attributes": [
                {
                    "name": one,
                    "words": definition.attributes[one].words,
                    "tells": catalogue.tells((name,), one),
                }
                for one in personal
            ],
            "purpose": entry.purpose,
            "basis": entry.basis,
            "recipients": entry.recipients,
            "seenBy": seen_by(city, name),
            "retention": [
                {"key": one.key, "words": one.words, "days": one.days, "because": one.because}
                for one in settings.rules
                if one.type == name
            ],
        }


def seen_by(city: City, type_name: str) -> list[dict[str, Any]]:
    """For which purposes which roles read personal values of the type."""
    policy = city.guard.policy
    found = {
        purpose: [
            {"id": name, "words": role.words, "ownRows": type_name in role.rows}
            for name, role in policy.roles.items()
            if purpose in role.personal and _sees(role, type_name) and _covers(given, type_name)
        ]
        for purpose, given in policy.purposes.items()
    }
    return [
        {"purpose": purpose, "words": policy.purposes[purpose].words, "roles": roles}
        for purpose, roles in found.items()
        if roles
    ]


def _sees(role: Role, type_name: str) -> bool:
    shown = role.sees is None or type_name in role.sees
    return shown and type_name not in role.hides


def _covers(purpose: Purpose, type_name: str) -> bool:
    return purpose.types is None or type_name in purpose.types


def changed(city: City) -> list[dict[str, Any]]:
    """Where the city's classes differ from the vocabulary's, and why where it loosened one."""
    catalogue, types = city.guard.catalogue, city.vocabulary.types
    return [
        {
            "type": kind,
            "attribute": name,
            "from": str(before),
            "to": str(klass),
            "because": catalogue.reasons.get((kind, name), ""),
        }
        for (kind, name), klass in catalogue.classes.items()
        if kind in types and (before := _class(city, kind, name)) != klass
    ]


def _class(city: City, kind: str, name: str) -> str:
    definition = city.vocabulary.types[kind].attributes.get(name)
    return PrivacyClass.RESTRICTED if definition is None else definition.privacy


HEADER = (
    *("type", "attribute", "tells", "what", "purpose", "legal basis", "seen by", "for"),
    *("kept (days)", "by rule", "recipients", "where"),
)
WHERE = "personal/ (sealed), keys apart"


def csv_of(told: Mapping[str, Any], language: str) -> bytes:
    """The register as a table, a line an attribute (RFC 4180, with a mark of its encoding)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for kind in told["types"]:
        seen = kind["seenBy"]
        for one in kind["attributes"]:
            row = (
                kind["type"],
                one["name"],
                one["tells"],
                f"{say(kind['words'], language)}: {say(one['words'], language)}",
                say(kind["purpose"], language),
                say(kind["basis"], language),
                "; ".join(say(r["words"], language) or r["id"] for p in seen for r in p["roles"]),
                "; ".join(say(p["words"], language) for p in seen),
                "; ".join(str(rule["days"]) for rule in kind["retention"]),
                "; ".join(rule["key"] for rule in kind["retention"]),
                say(kind["recipients"], language),
                WHERE,
            )
            writer.writerow([_plain(cell) for cell in row])
    return "\ufeff".encode() + out.getvalue().encode()


def _plain(cell: str) -> str:
    """No cell is a formula of a spreadsheet."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def say(words: Words, language: str) -> str:
    """The words in a language, or in another one that there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")
