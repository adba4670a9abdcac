"""The shipped rules of Boston over a replayed week: every alert, and which were judged false.

The verdicts are a person's, from the raw files (bench/rules_judged.csv, made by hand). Missed
events cannot be counted by a program; how they were looked for stands in docs/rules-of-boston.md.
"""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import node, start
from bench.figure import Figure

JUDGED = Path(__file__).with_name("rules_judged.csv")
WEEK = ("2015-07-13T04:00:00Z", "2015-07-20T04:00:00Z")
SPANS = {
    "week 13 to 19 July": WEEK,
    "two months, 13 July to 12 September": (WEEK[0], "2015-09-13T04:00:00Z"),
    "the time before, 13 May to 12 July": ("2015-05-13T04:00:00Z", WEEK[0]),
    "the time after, 20 July to 30 September": (WEEK[1], "2015-10-01T04:00:00Z"),
}
LATEST = max(end for _, end in SPANS.values())


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that a rule would have opened, and what it was found to be."""

    rule: str
    opened: str
    key: str
    verdict: str


def measure(data: Path, homes: Path, runs: int) -> list[Figure]:
    """Print the alerts of the week; figures per span and per rule."""
    home = start.loaded(data, homes)
    ran = node.run("rules", "test", "--home", home, "--to", LATEST, "--json")
    alerts = judged(json.loads(ran.printed))
    for one in within(alerts, *WEEK):
        print(f"{one.opened}  {one.rule:<18} {one.verdict:<9} {one.key}")
    return [_span(name, within(alerts, *span)) for name, span in SPANS.items()] + [
        _rule(rule, [one for one in alerts if one.rule == rule])
        for rule in sorted({one.rule for one in alerts})
    ]


def judged(answer: dict[str, list[dict[str, str]]]) -> list[Alert]:
    """The firings with their verdicts; "" where nobody looked."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        verdicts = {(row["rule"], row["opened"], row["key"]): row["verdict"] for row in rows}
    found = [(one["rule"], one["opened"], one["key"]) for one in answer["firings"]]
    if lost := verdicts.keys() - set(found):
        raise node.BenchFailedError(f"judged and not there (any more): {sorted(lost)[:3]}")
    return [Alert(*one, verdicts.get(one, "")) for one in found]


def within(alerts: Sequence[Alert], begin: str, end: str) -> list[Alert]:
    """The alerts that opened in a span."""
    return [one for one in alerts if begin <= one.opened < end]


def _span(name: str, alerts: Sequence[Alert]) -> Figure:
    verdicts = Counter(one.verdict or "not judged" for one in alerts)
    return Figure(
        f"alerts of the shipped rules of Boston, {name}",
        "stated",
        "alerts",
        (float(len(alerts)),),
        True,
        {**dict(sorted(verdicts.items())), "by rule": _counts(alerts)},
    )


def _rule(rule: str, alerts: Sequence[Alert]) -> Figure:
    """Precision over what was judged: a doubtful one counts half."""
    verdicts = Counter(one.verdict for one in alerts if one.verdict)
    looked = sum(verdicts.values())
    right = verdicts["true"] + verdicts["doubtful"] / 2
    share = right / looked if looked else 0.0
    return Figure(
        f"{rule}: precision by hand-checked sample",
        "stated",
        f"of 1 ({looked} of {len(alerts)} looked up)",
        (share,),
        looked > 0,
        dict(sorted(verdicts.items())),
    )


def _counts(alerts: Sequence[Alert]) -> dict[str, int]:
    return dict(sorted(Counter(one.rule for one in alerts).items()))
