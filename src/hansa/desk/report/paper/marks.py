"""What is drawn on the page: the marks of severity and the small multiples, as inline SVG.

The shapes are those of the console, so that who knows one reads the other; they differ
without colour.
"""

from hansa.desk.report.paper.markup import Markup, el
from hansa.desk.report.paper.sheet import Curve, Point

WIDTH, HEIGHT, _EDGE = 112, 24, 3

_SHAPES = {
    "informational": "M8 4.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6Z",
    "low": "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2Z",
    "medium": "M8 1.2 14.8 8 8 14.8 1.2 8Z",
    "high": "M8 1.4 15.2 14H.8Z",
    "critical": "M5.1.9h5.8l4.2 4.2v5.8l-4.2 4.2H5.1L.9 10.9V5.1Z",
}
_SIGNS = {"high": "M8 6.2v3.6M8 11.8v.4", "critical": "M8 4.2v4.6M8 11.4v.4"}


def severity(name: str, word: str) -> Markup | None:
    """Shape, colour and word; nothing where there is no severity."""
    if name not in _SHAPES:
        return None
    sign = el("path", class_="sign", d=_SIGNS[name]) if name in _SIGNS else None
    shape = el(
        "svg",
        el("path", d=_SHAPES[name]),
        sign,
        viewBox="0 0 16 16",
        width="12",
        height="12",
        aria_hidden="true",
    )
    return el("span", shape, " ", word, class_=f"severity {name}")


def spark(curve: Curve) -> Markup:
    """The last weeks: where today's true value lies as a band, the line, the last point."""
    x, y = _place(curve.last)
    return el(
        "svg",
        _band(curve.band),
        *(el("polyline", points=" ".join(",".join(_place(p)) for p in run)) for run in curve.runs),
        el("circle", cx=x, cy=y, r="2.5"),
        class_="spark",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=str(WIDTH),
        height=str(HEIGHT),
        role="img",
        aria_label=curve.spoken,
    )


def _band(band: tuple[float, float] | None) -> Markup | None:
    if band is None:
        return None
    top, foot = (HEIGHT - _EDGE - end * (HEIGHT - 2 * _EDGE) for end in reversed(band))
    return el("rect", x="0", y=f"{top:.1f}", width=str(WIDTH), height=f"{max(foot - top, 0.5):.1f}")


def _place(point: Point) -> tuple[str, str]:
    at, value = point
    x = _EDGE + at * (WIDTH - 2 * _EDGE)
    y = HEIGHT - _EDGE - value * (HEIGHT - 2 * _EDGE)
    return f"{x:.1f}", f"{y:.1f}"
