"""Identifiers: URNs of NGSI-LD entities and fresh sortable ids.

`urn:ngsi-ld:Type:local` is the form of ETSI GS CIM 009 v1.9.1, 4.6.2 and annex A.3.
"""

import os
import re
from datetime import datetime
from urllib.parse import quote

from hansa.base.problems import BadRequestData

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case


def urn(type_name: str, local: str) -> str:
    """The URN of the entity of this type that its source calls `local`."""
    return f"urn:ngsi-ld:{type_name}:{quote(local, safe='-._~:')}"


def fresh(now: datetime) -> str:
    """26 characters that sort by time (ULID layout: 48 bits of ms, 80 random bits)."""
    number = (int(now.timestamp() * 1000) << 80) | int.from_bytes(os.urandom(10))
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def check_uri(text: object, where: str = "id") -> str:
    """`text` when it is an absolute URI (RFC 3986); entity ids must be."""
    if not isinstance(text, str) or not _URI.fullmatch(text):
        raise BadRequestData(
            f"{text!r} is not a URI",
            where=where,
            rule="GS CIM 009, 4.6.2: ids are URIs",
            remedy="use for example urn:ngsi-ld:Type:local-name",
        )
    return text
