"""What the bodies of administration may say, checked member by member."""

from typing import TypeVar

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.web import Request

BODY = 16 * 1024
S = TypeVar("S", bound=msgspec.Struct)


class NewAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may sign in from now on."""

    name: str
    roles: list[str]
    organization: str = ""
    house: bool = False


class ThroughHouse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an account may be entered through the other house."""

    expect: int
    allowed: bool


class RolesOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The roles that an account has from now on. `expect`: the version they were decided on."""

    expect: int
    roles: list[str]
    organization: str = ""


class Expecting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version that was decided on."""

    expect: int


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own password."""

    old: str
    new: str


async def read(request: Request, kind: type[S]) -> S:
    """The body as a value of `kind`; BadRequestData says what is wrong with it."""
    try:
        return msgspec.convert(await request.json(BODY), kind)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error
