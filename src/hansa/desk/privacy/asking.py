"""What the officer's handlers share: a body as a value, a file as an answer."""

from typing import TypeVar

import msgspec

from hansa.base.problems import BadRequestData
from hansa.base.web import Request, Response
from hansa.context import City

PRIVATE = (("Cache-Control", "no-store"),)
BODY = 64 * 1024
S = TypeVar("S", bound=msgspec.Struct)


class Expecting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The change number looked at."""

    expect: int


async def read(request: Request, kind: type[S]) -> S:
    """The body as a value of `kind`; BadRequestData says what is wrong with it."""
    try:
        return msgspec.convert(await request.json(BODY), kind)
    except msgspec.ValidationError as error:
        raise BadRequestData(str(error), where="body") from error


def file(
    city: City, content: bytes, media_type: str, name: str, *, inline: bool = False
) -> Response:
    """A file with the world in its name, which the browser shows or keeps."""
    world = city.world
    mark = f"{world.name.replace(':', '-')}-" if world.exercise else ""
    whole = f"{mark}{city.settings.name}-{name}"
    kind = "inline" if inline else "attachment"
    return Response(
        200,
        content,
        (
            ("Content-Type", media_type),
            ("Content-Disposition", f'{kind}; filename="{whole}"'),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            *PRIVATE,
        ),
    )
