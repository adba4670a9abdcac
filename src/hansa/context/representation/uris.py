"""Identifiers that a person can tell apart: URIs without invisible characters.

An id that carries one looks like another id in logs, screens and journals, so it names nothing
(RFC 3987 allows them in principle; UTS 39, 5 advises against).
"""

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.context.representation.kinds import NULL

_INVISIBLE = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    }
)


def check_visible_uri(text: object, where: str = "id") -> str:
    """`text` when it is a URI that can be seen and is not NGSI-LD Null; BadRequestData."""
    uri = check_uri(text, where)
    if uri == NULL:
        raise BadRequestData("NGSI-LD Null identifies nothing", where=where, rule="4.5.0")
    if not uri.isascii() and any(not one.isprintable() or ord(one) in _INVISIBLE for one in uri):
        raise BadRequestData(
            f"{uri!r} holds characters that cannot be seen", where=where, rule="RFC 3986"
        )
    return uri
