"""The suggestion of themes on real Russian appeals, three-fold: two thirds learned, a third asked.

As the product does it: learned in the helper's code, asked in the serving process's. The appeals
are read by path and used for nothing else: no model learned from them leaves this process. Exact
repetitions are taken out first, so that nothing asked was learned.
"""

import csv
import gzip
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import node
from bench.figure import Figure, percentile
from hansa.beside import themes
from hansa.desk.themes.barring import Bar, bar
from hansa.desk.themes.suggesting import Model, Suggestion, model_of

FILE = "appeals/kursk_appeals.csv.gz"
FOLDS = 3
LEAST = 20  # examples of a theme that is taken
PRECISION = 0.95
ASKED_FIRST, ASKED_THREE, ASKED_MS = 0.68, 0.86, 50.0
_PEAK = """
import resource, sys
from bench.themes import learned, texts
from pathlib import Path
learned(texts(Path(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@dataclass(frozen=True, slots=True)
class Text:
    """One appeal and the theme that its office gave it."""

    words: str
    theme: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An appeal that had not been learned, what was suggested for it, and how long that took."""

    text: Text
    shown: tuple[Suggestion, ...]
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the first suggestion is its theme."""
        return bool(self.shown) and self.shown[0].theme == self.text.theme

    @property
    def among(self) -> bool:
        """Whether its theme is among the three."""
        return self.text.theme in {one.theme for one in self.shown}

    @property
    def confidence(self) -> float:
        """Of the first suggestion; 0 where there is none."""
        return self.shown[0].confidence if self.shown else 0.0


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Each run draws its thirds anew."""
    del homes
    found = texts(data.parent / FILE)
    asked = [[*_asked(found, seed)] for seed in range(runs)]
    began = time.perf_counter()
    model = learned(found)
    seconds = time.perf_counter() - began
    what = f"theme of an appeal, {len({one.theme for one in found})} themes, 3-fold"
    notes: dict[str, object] = {"appeals": len(found), "themes": len({one.theme for one in found})}
    first = _shares(asked, "right")
    three = _shares(asked, "among")
    slow = [percentile([one.seconds * 1000 for one in each], 0.95) for each in asked]
    speed = [len(each) / sum(one.seconds for one in each) for each in asked]
    alone = [_alone(each) for each in asked]
    proved = [_proved(each) for each in asked]
    return [
        Figure(
            f"{what}: right", f">= {ASKED_FIRST}", "of 1", first, min(first) >= ASKED_FIRST, notes
        ),
        Figure(
            f"{what}: among three", f">= {ASKED_THREE}", "of 1", three, min(three) >= ASKED_THREE
        ),
        _stated("share that may go without a clerk at precision 0.95", "of 1", alone),
        _stated("the same, where the lower bound of that many calls is 0.95", "of 1", proved),
        _stated(
            "how far a confidence is from what came true, in the mean", "of 1", [*map(_off, asked)]
        ),
        Figure(
            "a suggestion, 95th percentile",
            f"<= {ASKED_MS} ms",
            "ms",
            tuple(slow),
            max(slow) <= ASKED_MS,
        ),
        _stated("suggestions", "texts/s", speed),
        _stated("learning from all of them", "s", [seconds]),
        _stated("what was learned, in the serving process", "MB", [_weight(model)]),
        _stated("the process that learns, at most", "MB", [_peak(data.parent / FILE)]),
    ]


def texts(path: Path) -> list[Text]:
    """Appeals of the themes that have enough of them, without repetitions."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = {row["text"].strip(): row["topic"] for row in reversed([*csv.DictReader(file)])}
    counts = Counter(rows.values())
    return [Text(words, theme) for words, theme in rows.items() if counts[theme] >= LEAST]


def learned(found: Sequence[Text]) -> Model:
    """What the product makes of them; each is of a person of its own."""
    names = sorted({one.theme for one in found})
    given = [(one.words, names.index(one.theme), str(index)) for index, one in enumerate(found)]
    return model_of(names, themes.train(given, len(names)))


def _asked(found: Sequence[Text], seed: int) -> Iterator[Asked]:
    fold = _folds(found, seed)
    for held in range(FOLDS):
        model = learned([one for one in found if fold[one] != held])
        for one in (one for one in found if fold[one] == held):
            began = time.perf_counter()
            shown = model.suggest(one.words)
            yield Asked(one, shown, time.perf_counter() - began)


def _folds(found: Sequence[Text], seed: int) -> Mapping[Text, int]:
    """A third for each, of every theme as many in each."""
    drawn, by_theme = random.Random(seed), defaultdict[str, list[Text]](list)
    for one in found:
        by_theme[one.theme].append(one)
    fold: dict[Text, int] = {}
    for theirs in by_theme.values():
        drawn.shuffle(theirs)
        fold |= {one: index % FOLDS for index, one in enumerate(theirs)}
    return fold


def _shares(asked: Sequence[Sequence[Asked]], member: str) -> tuple[float, ...]:
    return tuple(sum(getattr(one, member) for one in each) / len(each) for each in asked)


def _alone(asked: Sequence[Asked]) -> float:
    """The most that could go alone: by the confidence from which on 95 of 100 were right."""
    right = best = 0
    for count, one in enumerate(sorted(asked, key=lambda one: -one.confidence), 1):
        right += one.right
        best = count if right / count >= PRECISION else best
    return best / len(asked)


def _proved(asked: Sequence[Asked]) -> float:
    """What the product itself would let go."""
    out = [(0, 0 if one.right else 1, one.confidence, 0) for one in asked]
    found: Bar | None = bar(out, PRECISION, 1)
    return 0.0 if found is None else found.share


def _off(asked: Sequence[Asked]) -> float:
    """Expected calibration error over ten bands."""
    bands = defaultdict[int, list[Asked]](list)
    for one in asked:
        bands[min(int(one.confidence * 10), 9)].append(one)
    return sum(
        abs(sum(one.confidence for one in each) - sum(one.right for one in each))
        for each in bands.values()
    ) / len(asked)


def _weight(model: Model) -> float:
    numbers = len(model.numbers)
    return (numbers * 8 + len(model.weights)) / 1_000_000


def _peak(path: Path) -> float:
    ran = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=node.ROOT,
    )
    return float(ran.stdout)


def _stated(what: str, unit: str, runs: Sequence[float]) -> Figure:
    return Figure(what, "stated", unit, tuple(runs), True)
