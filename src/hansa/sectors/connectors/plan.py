"""What every connector is: a name, settings, and one method that the runner drives.

A connector hands over what it fetched and knows nothing of entities; the runner maps, counts,
refuses and commits. It knows no clock of the machine, no address that the city does not allow
and no secret but through its `Door`.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

import msgspec

from hansa.base.clock import Clock
from hansa.base.outgoing import Outgoing
from hansa.base.problems import HANSA, Problem
from hansa.sectors.connectors.secrets import Secret, Secrets
from hansa.sectors.model import Json

Fields: TypeAlias = Mapping[str, Json]
Wrong: TypeAlias = tuple[str, str]  # member, what is wrong with it


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a mapping's `settings` say; each connector has a shape of its own."""


S = TypeVar("S", bound=Settings, contravariant=True)


class Bad(Problem):
    """The other side answered, and what it said is of no use; it is asked again later.

    `wait`: so many seconds are to pass first, if it said so.
    """

    type = HANSA + "bad-answer"
    title = "The other side's answer cannot be used"

    def __init__(self, detail: str, *, wait: float | None = None, remedy: str = "") -> None:
        super().__init__(detail, remedy=remedy)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be a row; it goes to quarantine with its reason."""

    rule: str
    detail: str
    raw: str = ""


Record: TypeAlias = Fields | Unreadable


@dataclass(frozen=True, slots=True)
class Delivery:
    """Records that are committed together.

    `position`: where to go on from once they are, any JSON of the connector's own. `whole`: these
    are all columns that the other side sends, so one that is not there is gone. `dropped`:
    records that came and had to be let go unread since the delivery before. `lain`: they lay
    somewhere before they came, so their age says nothing of the clock of who sent them. `heard`:
    the other side answered; False for what is only to be remembered.
    """

    records: tuple[Record, ...]
    position: Json = None
    whole: bool = False
    dropped: int = 0
    lain: bool = False
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Door:
    """What a connector is given of the node, for one source.

    `position`: that of the last delivery which was committed, None at the first time. `columns`:
    those that the mapping names; one that begins with `/` is a JSON Pointer into a record.
    `exercise`: the city lives in an exercise, so what is actual must not come in, and the reverse.
    """

    source: str
    columns: frozenset[str]
    position: Json
    clock: Clock
    outgoing: Outgoing
    secrets: Secrets
    exercise: bool = False

    def secret(self, given: Secret | None) -> str | None:
        """The text of a secret; BadSecret where it is not there."""
        return None if given is None else self.secrets.read(given)


class Connector(Protocol[S]):
    """One kind of door."""

    def wrong(self, settings: S) -> Iterator[Wrong]:
        """What is wrong with settings that have the right shape."""

    def endpoint(self, settings: S) -> str:
        """The URL that is called; its origin must be among those the city allows."""

    def pause(self, settings: S) -> float:
        """Seconds between two polls; of a subscription, before it is begun again at most."""

    def stream(self, settings: S, door: Door) -> AsyncGenerator[Delivery, None]:
        """What comes, delivery by delivery.

        Being asked for the next one means that the last is committed: only then may it be
        acknowledged to the other side. A poll ends when all there is has been delivered, and is
        begun again after `pause`; a subscription ends by an error only.
        Raises Unreachable, EgressRefused, BadSecret, Bad; the runner begins again later.
        """
