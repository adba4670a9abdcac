"""A subscription as it is kept, and as it is used.

Kept (`Kept`): the client's document with canonical names, beside the context it came with and the
grant it was made under. Used (`Live`): compiled once, so that a change costs a look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.base.times import format_instant, parse_instant
from hansa.context.query import Match, Query
from hansa.context.representation import Shape
from hansa.guard import Grant, World

SPACE = "subscription"
SENT = "subscription-sent"
DELIVERED = "subscription-delivered"
PARCEL = "ngsi-ld-notification"
DEFAULT_TRIGGERS = frozenset({"attributeCreated", "attributeUpdated"})


@dataclass(frozen=True, slots=True)
class Kept:
    """`document`: canonical names. `context`: the @context of its creation, None: default.

    `query_context`: that of `q`, `geoQ` and `scopeQ`, whose terms stay as written. `base`: how
    the client reached the node, for links in notifications. `since`: the change number after
    which it counts.
    """

    document: Mapping[str, Any]
    context: Any
    query_context: Any
    base: str
    grant: Grant
    since: int
    created_at: datetime
    modified_at: datetime

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def key(self) -> str:
        """The key of its notes: world, tenant and id."""
        return key_of(self.grant, self.id)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a notification goes; `seconds` None: the node's own limit."""

    uri: str
    accept: str
    headers: tuple[tuple[str, str], ...]
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Live:
    """A subscription ready to be matched.

    `selectors`: of which an entity must meet one; none: any entity. `types`: names under which
    it is indexed, "*" where any type may match. `watched` empty: every attribute.
    """

    kept: Kept
    selectors: tuple[Query, ...]
    meets_selector: Match
    meets_query: Match
    asks: bool
    types: frozenset[str]
    watched: frozenset[str]
    triggers: frozenset[str]
    throttling: float
    interval: float
    expires_at: datetime | None
    active: bool
    endpoint: Endpoint
    shape: Shape

    def status(self, now: datetime) -> str:
        """active, paused or expired (5.2.12)."""
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "active" if self.active else "paused"


def key_of(grant: Grant, subscription_id: str) -> str:
    """The key of a subscription's notes."""
    return f"{prefix_of(grant)}{subscription_id}"


def prefix_of(grant: Grant) -> str:
    """What the keys of a tenant's subscriptions begin with."""
    return f"{grant.world.name}\n{grant.tenant}\n"


def consumer_of(tenant: str) -> str:
    """The name under which the notifier of a tenant reads the log."""
    return f"notifier@{tenant}" if tenant else "notifier"


def to_note(kept: Kept) -> dict[str, Any]:
    """The value of the note that keeps a subscription."""
    grant = kept.grant
    return {
        "document": kept.document,
        "context": kept.context,
        "queryContext": kept.query_context,
        "base": kept.base,
        "since": kept.since,
        "createdAt": format_instant(kept.created_at),
        "modifiedAt": format_instant(kept.modified_at),
        "grant": {
            "actor": grant.actor,
            "role": grant.role,
            "since": format_instant(grant.since),
            "world": grant.world.name,
            "tenant": grant.tenant,
            "organization": grant.organization,
        },
    }


def from_note(value: Mapping[str, Any]) -> Kept:
    """The inverse of `to_note`. The purpose is always `operation`: personal values never leave."""
    grant = value["grant"]
    return Kept(
        document=value["document"],
        context=value["context"],
        query_context=value["queryContext"],
        base=value["base"],
        since=value["since"],
        created_at=parse_instant(value["createdAt"]),
        modified_at=parse_instant(value["modifiedAt"]),
        grant=Grant(
            actor=grant["actor"],
            role=grant["role"],
            purpose="operation",
            since=parse_instant(grant["since"]),
            world=World(grant["world"]),
            tenant=grant["tenant"],
            organization=grant.get("organization", ""),
        ),
    )
