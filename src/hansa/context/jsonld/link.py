"""The Link header that names a JSON-LD context (JSON-LD 1.1, 6.2; GS CIM 009 v1.9.1, 6.3.5)."""

import re

from hansa.base.problems import BadRequestData

REL = "http://www.w3.org/ns/json-ld#context"
_VALUE = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")


def context_url(header: str | None) -> str | None:
    """The URL of the one context that a request's Link header names; None where it names none."""
    if not header:
        return None
    found = [
        match[1].strip()
        for match in _VALUE.finditer(header)
        if REL in _parameters(match[2]).get("rel", "").split()
    ]
    if len(found) > 1:
        raise BadRequestData("more than one context is linked", where="Link", rule="JSON-LD, 6.2")
    return found[0] if found else None


def context_link(url: str) -> str:
    """The header value, byte for byte as clients compare it."""
    return f'<{url}>; rel="{REL}"; type="application/ld+json"'


def _parameters(text: str) -> dict[str, str]:
    return {one[1].lower(): one[2] or one[3] or "" for one in _PARAMETER.finditer(text)}
