"""Which of the media types that we can give does the client like best (RFC 9110, 12.5.1)."""

from collections.abc import Sequence


def accepted(header: str | None, offers: Sequence[str]) -> str | None:
    """The offer with the highest weight; among equals the most specific, then the first offered.

    None where every offer is refused. A missing or empty header accepts all.
    """
    if header is None or not header.strip():
        return offers[0]
    ranges = [_range(part) for part in header.split(",") if part.strip()]
    best: tuple[float, int] = (0.0, -1)
    chosen = None
    for offer in offers:
        weight, exact = max(
            ((one[1], _fits(one[0], offer)) for one in ranges if _fits(one[0], offer)),
            key=lambda pair: (pair[1], pair[0]),
            default=(0.0, 0),
        )
        if weight > 0 and (weight, exact) > best:
            best, chosen = (weight, exact), offer
    return chosen


def media_type(header: str | None) -> str:
    """The media type of a Content-Type header, lower case, without parameters."""
    return (header or "").split(";", 1)[0].strip().lower()


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    weight = next((text[2:] for text in parameters if text.lower().startswith("q=")), "1")
    try:
        value = float(weight)
    except ValueError:
        value = 1.0  # a weight that is none does not decide
    return name.lower(), min(max(value, 0.0), 1.0)


def _fits(media_range: str, offer: str) -> int:
    """3 exact, 2 same family, 1 anything, 0 no fit."""
    if media_range == offer:
        return 3
    if media_range == "*/*":
        return 1
    family, _, rest = media_range.partition("/")
    return 2 if rest == "*" and offer.startswith(family + "/") else 0
