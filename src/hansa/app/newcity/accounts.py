"""The first accounts of a new city; their passwords are shown once and kept nowhere in clear."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hansa.app.home import Home
from hansa.app.newcity.model import Company
from hansa.app.node import Node
from hansa.base.clock import SystemClock
from hansa.base.settings import load_city

_FIRST = (
    ("administrator", "administrator"),
    ("duty", "duty-officer"),
    ("head", "mayor"),
    ("privacy", "privacy-officer"),
    ("clerk", "clerk"),
)
_DISPATCHER = "dispatcher"
_LETTERS = ("bdfghjkmnprstvz", "aeiou")
_GROUPS, _PAIRS = 5, 2  # 10 pairs of 75: 62 bits, and still read out over a telephone


@dataclass(frozen=True, slots=True)
class Given:
    """One account with the password that a person is told."""

    name: str
    role: str
    organization: str
    password: str


def wanted(companies: Sequence[Company]) -> tuple[Given, ...]:
    """Who needs an account from the first day on: the desk, and a dispatcher per organisation."""
    desk = [Given(name, role, "", password()) for name, role in _FIRST]
    theirs = [
        Given(
            f"{_DISPATCHER}-{one.key}", _DISPATCHER, f"urn:ngsi-ld:Organization:{one.key}",
            password(),
        )
        for one in companies
    ]  # fmt: skip
    return (*desk, *theirs)


def password() -> str:
    """Five groups that can be spoken, like bado-timu."""
    pairs = [
        "".join(secrets.choice(letters) for letters in _LETTERS) for _ in range(_GROUPS * _PAIRS)
    ]
    return "-".join(
        "".join(pairs[start : start + _PAIRS]) for start in range(0, len(pairs), _PAIRS)
    )


def make(folder: Path, home: Path, accounts: Sequence[Given]) -> None:
    """Open the city in its new home and keep the accounts there."""
    asyncio.run(_make(folder, Home(home), accounts))


async def _make(folder: Path, home: Home, accounts: Sequence[Given]) -> None:
    settings = load_city(folder)
    with home.claim(settings.name, settings.folder, settings.world):
        node = await Node.open(settings, home, SystemClock())
        try:
            guard = node.city.guard
            for one in accounts:
                await guard.accounts.create(
                    *(guard.operator(), one.name, one.password, (one.role,)),
                    organization=one.organization,
                )
        finally:
            await node.close()
