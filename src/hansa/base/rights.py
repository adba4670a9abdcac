"""What a route asks of whoever calls it, before anything of the request is read.

It stands in the route table beside the path, so that nobody learns from a refusal of a body, or
from an object that is not there, what they may not do at all. `guard` answers it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Right:
    """Everything that is named is asked; where several rooms or areas are named, one is enough.

    `works`: rooms of guard/roles.yaml; `manages`: its areas; `writes`: the role writes entities
    itself; `sees`: types that exist for it; `purpose`: one that lets it read personal values is
    named; `of_the_desk`: not for who answers for one organisation; `in_person`: not for who acts
    for somebody else; `subscribes`: has data sent elsewhere.
    """

    works: tuple[str, ...] = ()
    manages: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    writes: bool = False
    purpose: bool = False
    of_the_desk: bool = False
    in_person: bool = False
    subscribes: bool = False


OWN = Right()
"""Whoever is signed in: it is about their own session, or what may be done lies in the body."""


def at(*rooms: str) -> Right:
    """For who works at one of these rooms."""
    return Right(works=rooms)


def over(*areas: str) -> Right:
    """For who manages one of these areas."""
    return Right(manages=areas)
