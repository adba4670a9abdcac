"""What the suggestion learns from: the catalogue at first, then clerks' choices too.

The learning itself runs in the helper process; here only what goes there and what comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hansa.base.helper import Helper
from hansa.desk.themes.barring import bar
from hansa.desk.themes.model import Catalogue
from hansa.desk.themes.suggester import Learned
from hansa.desk.themes.suggesting import model_of

_TRAIN = "themes.train"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody said and the theme a clerk chose. `subject`: a number for who said it."""

    words: str
    theme: str
    subject: str


def phrases(catalogue: Catalogue) -> list[tuple[str, int, str]]:
    """The catalogue's own words and examples, with the place of their theme; of nobody."""
    return [
        (text, place, "")
        for place, theme in enumerate(catalogue.themes.values())
        for text in (*theme.words.values(), *theme.examples)
        if text.strip()
    ]


async def learn(
    helper: Helper, catalogue: Catalogue, choices: Sequence[Choice], at: datetime
) -> Learned:
    """Learn anew; HelperDied, HelperFailed. A choice of a theme that is gone counts for nothing."""
    places = {key: place for place, key in enumerate(catalogue.themes)}
    ours = phrases(catalogue)
    theirs = [(one.words, places[one.theme], one.subject) for one in choices if one.theme in places]
    told = await helper.call(_TRAIN, [*ours, *theirs], len(places))
    rule, out = catalogue.learning, told["out"]
    return Learned(
        model=model_of(tuple(places), told),
        at=at,
        phrases=len(ours),
        choices=len(theirs),
        right=_share(out, 1),
        among_three=_share(out, 3),
        bar=None if rule.alone is None else bar(out, rule.alone, rule.least),
    )


def _share(out: Sequence[tuple[int, int, float, int]], within: int) -> float | None:
    """How often the truth is among the first so many; None where nothing was asked."""
    return sum(one[3] < within for one in out) / len(out) if out else None
