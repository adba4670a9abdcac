"""Learns which theme a caller's words mean: TF-IDF of hashed words and a linear model.

One machine per theme against all others, with the squared hinge, solved in the dual coordinate by
coordinate (Hsieh et al. 2008) for all themes at once, in numpy alone: a library of machine learning
would cost more memory than the whole node. What leaves is numbers; of a number that fewer than
`LEAST` people used, nothing is kept, so that no rare name or place can be asked out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from hansa.base import grams

LEAST = 3  # people who must have used a word before it is kept
FOLDS = 3
_EPOCHS = 12
_COST = 0.3
_SEED = 1095
_ENOUGH = 60  # documents by which the confidence is measured, if so many were chosen by clerks

Floats: TypeAlias = NDArray[np.float32]
Wholes: TypeAlias = NDArray[np.int64]
Counted: TypeAlias = tuple[NDArray[np.int32], Floats]
"""Numbers of a text, rising, and how often each stands in it."""


class Document(msgspec.Struct, frozen=True, array_like=True):
    """One text with its theme. `subject` "": of the catalogue, which is nobody's secret."""

    text: str
    theme: int
    subject: str = ""


class Learned(msgspec.Struct, frozen=True):
    """What the serving process needs to suggest, as plain numbers.

    `numbers`, `rarity`: of each word that is kept; `weights`: of word by theme, one signed byte
    each, times `scale` of the theme. Confidence is the softmax of `slope` times the scores.
    `out`: of each document with a subject, unseen when asked: (theme, first guess, confidence,
    rank of the truth from 0).
    """

    numbers: bytes
    rarity: bytes
    weights: bytes
    scale: list[float]
    bias: list[float]
    slope: float
    out: list[tuple[int, int, float, int]]


@dataclass(frozen=True, slots=True)
class Table:
    """Texts as a sparse matrix: row i has `columns` and `values` from starts[i] to starts[i+1]."""

    starts: Wholes
    columns: NDArray[np.int32]
    values: Floats

    def row(self, index: int) -> tuple[NDArray[np.int32], Floats]:
        """The columns and values of one text."""
        span = slice(self.starts[index], self.starts[index + 1])
        return self.columns[span], self.values[span]

    def __len__(self) -> int:
        return len(self.starts) - 1


def train(given: list[tuple[str, int, str]], themes: int) -> dict[str, Any]:
    """Learn from (text, theme, subject); the answer is a `Learned` as plain values."""
    documents = [Document(*one) for one in given]
    counted = [_counted(one.text) for one in documents]
    theme = np.array([one.theme for one in documents])
    folds = _folds([one.subject or f"\0{number}" for number, one in enumerate(documents)])
    chosen = np.array([bool(one.subject) for one in documents])
    scores = np.zeros((len(documents), themes))
    for fold in range(FOLDS):
        # the catalogue is there from the first day on: it is learned from whenever clerks' choices
        # are what is asked
        ours = (folds != fold) | (~chosen & (chosen.sum() >= _ENOUGH))
        asked = np.flatnonzero(~ours)
        if ours.any() and len(asked):
            model = _fit(documents, counted, theme, np.flatnonzero(ours), themes)
            scores[asked] = model.scores([counted[one] for one in asked])
    judged = chosen if chosen.sum() >= _ENOUGH else np.ones(len(documents), bool)
    slope = _slope(scores[judged], theme[judged])
    model = _fit(documents, counted, theme, np.arange(len(documents)), themes)
    learned = model.learned(slope, _out(scores[chosen] * slope, theme[chosen]))
    told: dict[str, Any] = msgspec.to_builtins(learned, builtin_types=(bytes,))
    return told


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model: `weights` has a row per kept number and the bias as its last."""

    numbers: Wholes
    rarity: Floats
    weights: Floats

    def scores(self, counted: Sequence[Counted]) -> NDArray[np.float64]:
        """The score of each text for each theme."""
        table = _table(counted, self.numbers, self.rarity)
        return np.array(
            [
                values @ self.weights[columns]
                for columns, values in map(table.row, range(len(table)))
            ]
        )

    def learned(self, slope: float, out: list[tuple[int, int, float, int]]) -> Learned:
        """The model as plain numbers."""
        body, bias = self.weights[:-1], self.weights[-1]
        scale = np.maximum(np.abs(body).max(axis=0, initial=0), 1e-6) / 127
        return Learned(
            numbers=self.numbers.astype("<u4").tobytes(),
            rarity=self.rarity.astype("<f4").tobytes(),
            weights=np.rint(body / scale).astype(np.int8).tobytes(),
            scale=scale.tolist(),
            bias=bias.tolist(),
            slope=slope,
            out=out,
        )


def _counted(text: str) -> Counted:
    """Packed at once: a dict of each of thousands of texts would take hundreds of megabytes."""
    found = sorted(grams.counted(text).items())
    numbers = np.fromiter((number for number, _ in found), np.int32, len(found))
    return numbers, np.fromiter((times for _, times in found), np.float32, len(found))


def _folds(subjects: Sequence[str]) -> Wholes:
    """A fold for each document; all of one person fall into the same."""
    drawn = np.random.default_rng(_SEED)
    names = sorted(set(subjects))
    of = dict(zip(names, drawn.permutation(len(names)) % FOLDS, strict=True))
    return np.array([of[one] for one in subjects])


def _fit(
    documents: Sequence[Document],
    counted: Sequence[Counted],
    theme: Wholes,
    rows: Wholes,
    themes: int,
) -> Model:
    numbers, rarity = _kept([documents[one] for one in rows], [counted[one] for one in rows])
    table = _table([counted[one] for one in rows], numbers, rarity)
    return Model(numbers, rarity, _solve(table, theme[rows], len(numbers) + 1, themes))


def _kept(documents: Sequence[Document], counted: Sequence[Counted]) -> tuple[Wholes, Floats]:
    """The numbers that enough people used, and how rare each is."""
    used = np.zeros(grams.SPACE, np.int64)
    people = np.zeros(grams.SPACE, np.int64)
    said: dict[str, list[NDArray[np.int32]]] = {}
    for document, (found, _) in zip(documents, counted, strict=True):
        used[found] += 1
        said.setdefault(document.subject, []).append(found)
    for subject, theirs in said.items():
        once = np.unique(np.concatenate(theirs))
        people[once] += 1 if subject else LEAST
    numbers = np.flatnonzero(people >= LEAST)
    rarity = np.log((1 + len(documents)) / (1 + used[numbers])) + 1
    return numbers, rarity.astype(np.float32)


def _table(counted: Sequence[Counted], numbers: Wholes, rarity: Floats) -> Table:
    """Texts over the kept numbers; words and pieces each of length one, and a 1 for the bias."""
    at = np.full(grams.SPACE, -1, np.int32)
    at[numbers] = np.arange(len(numbers))
    half = int(np.searchsorted(numbers, grams.SPACE // 2))
    columns: list[NDArray[np.int32]] = []
    values: list[Floats] = []
    for found, times in counted:
        known = at[found] >= 0
        places = at[found[known]]
        weights = (1 + np.log(times[known])) * rarity[places]
        cut = int(np.searchsorted(places, half))
        for part in (weights[:cut], weights[cut:]):
            part /= max(float(np.linalg.norm(part)), 1e-9)
        columns.append(np.append(places, np.int32(len(numbers))))
        values.append(np.append(weights, np.float32(1)).astype(np.float32))
    starts = np.cumsum([0, *map(len, columns)])
    return Table(starts, np.concatenate(columns), np.concatenate(values))


def _solve(table: Table, theme: Wholes, width: int, themes: int) -> Floats:
    """Weights of each theme against all others (L2-loss, L2-regularised, dual descent)."""
    count = np.maximum(np.bincount(theme, minlength=themes), 1)
    signs = np.full((len(table), themes), -1, np.float32)
    signs[np.arange(len(table)), theme] = 1
    rare = (len(table) / (themes * count)).astype(np.float32)  # a rare theme weighs as much
    loose = np.where(signs > 0, 1 / (2 * _COST * rare), 1 / (2 * _COST)).astype(np.float32)
    held = np.zeros_like(signs)
    weights = np.zeros((width, themes), np.float32)
    rows = [table.row(one) for one in range(len(table))]
    inverse = [1 / (float(values @ values) + loose[one]) for one, (_, values) in enumerate(rows)]
    drawn = np.random.default_rng(_SEED)
    for _ in range(_EPOCHS):
        for one in drawn.permutation(len(rows)):
            columns, values = rows[one]
            sign, before = signs[one], held[one]
            slope = sign * (values @ weights[columns]) - 1 + loose[one] * before
            after = np.maximum(before - slope * inverse[one], 0)
            step = (after - before) * sign
            if step.any():
                held[one] = after
                weights[columns] += values[:, None] * step
    return weights


def _slope(scores: NDArray[np.float64], theme: Wholes) -> float:
    """By what to multiply scores so that the softmax says how often it is right."""
    tried = np.geomspace(0.5, 20, 60)
    losses = [-_log_softmax(scores * one)[np.arange(len(theme)), theme].mean() for one in tried]
    return float(tried[int(np.argmin(losses))]) if len(theme) else 1.0


def _out(scores: NDArray[np.float64], theme: Wholes) -> list[tuple[int, int, float, int]]:
    if not len(theme):
        return []
    told = _log_softmax(scores)
    true = told[np.arange(len(theme)), theme]
    ranks = (told > true[:, None]).sum(axis=1)
    first = told.argmax(axis=1)
    sure = np.exp(told.max(axis=1))
    return [
        (int(one), int(guess), float(confidence), int(rank))
        for one, guess, confidence, rank in zip(theme, first, sure, ranks, strict=True)
    ]


def _log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = scores - scores.max(axis=1, keepdims=True)
    told: NDArray[np.float64] = moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))
    return told
