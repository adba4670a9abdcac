"""The roles as a table that people can read: who sees, works at and manages what."""

from typing import Any

from hansa.base.web import Request, Response, json_response
from hansa.context import City
from hansa.guard import Role


class Roles:
    """The handler over one city's roles; they come with the release and are not edited here."""

    def __init__(self, city: City) -> None:
        self._policy = city.guard.policy

    async def many(self, _: Request) -> Response:
        """Every role of people and programs, and the purposes of personal values."""
        roles = self._policy.roles.items()
        purposes = self._policy.purposes.items()
        return json_response(
            {
                "roles": [_shown(name, one) for name, one in roles if not one.machine],
                "purposes": [{"id": name, "words": one.words} for name, one in purposes],
            }
        )


def _shown(name: str, role: Role) -> dict[str, Any]:
    return {
        "id": name,
        "words": role.words,
        "reads": [klass for klass in ("public", "internal", "restricted") if klass in role.reads],
        "personal": sorted(role.personal),
        "sees": None if role.sees is None else sorted(role.sees),
        "hides": sorted(role.hides),
        "ownRows": sorted(role.rows),
        "writes": sorted(role.writes),
        "works": sorted(role.works),
        "manages": sorted(role.manages),
        "organization": role.organization,
        "program": role.token,
    }
