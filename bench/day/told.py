"""What the day and the card come to, as figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

from bench.day import keys
from bench.day.card import Seen
from bench.day.office import Result, Storm
from bench.day.plan import OPERATORS, ROUND
from bench.figure import Figure, percentile

CARD, SUGGESTION = 45.0, 150.0  # seconds, milliseconds
BEFORE_CALL = 10  # of a storm
OPEN = ("sent", "accepted", "onSite")


def of_card(seen: Seen) -> list[Figure]:
    """The model's seconds, and each suggestion in the page and at the server."""
    sums = tuple(keys.total(one.steps) for one in seen.cards)
    steps = seen.cards[0].steps
    notes: dict[str, object] = {
        "keys": sum(one.keys for one in steps),
        "decisions": sum(one.decisions for one in steps),
        "share that is typing what the caller says": round(keys.share_of_talk(steps), 2),
        "steps": [asdict(one) for one in steps],
    }
    asked = f"at most {CARD:.0f} s"
    what = "a card with one slip, keystroke-level model"
    return [
        Figure(what, asked, "s", sums, max(sums) <= CARD, notes),
        _suggested(
            "an address suggested in the page, from the key to the list",
            [one.address for one in seen.cards],
        ),
        _suggested(
            "a theme suggested in the page, from the key to the three",
            [one.theme for one in seen.cards],
        ),
        *(
            _suggested(f"an address suggested by the server: {what}", [took])
            for what, took in seen.server.items()
        ),
    ]


def _suggested(what: str, runs: Sequence[Sequence[float]]) -> Figure:
    """The 99th percentile of each run; of few it is the slowest."""
    slowest = tuple(percentile(run, 0.99) for run in runs if run)
    notes: dict[str, object] = {
        "n": sum(map(len, runs)),
        "p50": round(median([one for run in runs for one in run]), 1) if slowest else None,
    }
    asked = f"at most {SUGGESTION:.0f} ms"
    good = bool(slowest) and max(slowest) <= SUGGESTION
    return Figure(f"{what}, slowest", asked, "ms", slowest or (-1.0,), good, notes)


def of_day(result: Result) -> list[Figure]:
    """Nothing lost, nothing edited unseen, the storms, and how long a card took."""
    journal = result.journal
    what = f"{result.cards:,} cards by five operators in four simulated hours"
    lost = dict.fromkeys((*result.lost, *result.lost_at_kill))
    right = not journal.strange and not journal.unshown
    told: dict[str, object] = {
        "acknowledged": len(journal.acknowledged),
        "of them corrections": journal.corrected,
        "lost by kill -9": len(result.lost_at_kill),
        "without an answer at kill -9, sent again": result.in_flight,
        "wall seconds": round(result.seconds),
        "seconds until ready, before and after the kill": [round(one, 1) for one in result.starts],
        "first address after each": [round(one, 1) for one in result.first_address],
        "strange answers": journal.strange[:3],
    }
    edits: dict[str, object] = {
        "orders by two on the same state": journal.pairs,
        "refused with 409": journal.refused,
        "refusals that name nobody": journal.unshown[:2],
        "accepted edits": len(journal.edits),
    }
    return [
        Figure(
            f"{what}: lost", "0", "cards", (float(len(lost)),), not lost and not journal.strange,
            told,
        ),
        Figure(
            f"{what}: edited unseen", "0; each refusal says who was faster", "calls",
            (float(len(result.unseen)),), not result.unseen and right, edits,
        ),
        *(
            figure
            for number, storm in enumerate(result.storms, 1)
            for figure in _of_storm(result, number, storm)
        ),
        *_of_times(result),
    ]  # fmt: skip


def _of_storm(result: Result, number: int, storm: Storm) -> list[Figure]:
    calls = [one for one, card in result.journal.acknowledged.items() if card.storm == storm.zone]
    joined = sum(result.calls.get(one, {}).get("refOutage") == storm.outage for one in calls)
    given = Counter(
        str(one.get("state"))
        for one in result.tasks
        if one.get("refOutage") == storm.outage or one.get("refCall") in set(calls)
    )
    what = f"storm {number} of {len(calls)} calls from one zone"
    proposed: dict[str, object] = {
        "ms after the fifth call": round(storm.proposed_after),
        "seconds for all calls, five at once": round(storm.seconds, 1),
    }
    return [
        Figure(
            f"{what}: calls taken when the outage stood proposed",
            f"before the {BEFORE_CALL}th",
            "calls",
            (float(storm.at_call),),
            bool(storm.outage) and storm.at_call < BEFORE_CALL,
            proposed,
        ),
        Figure(
            f"{what}: calls that belong to its one outage",
            "all",
            "calls",
            (float(joined),),
            joined == len(calls) and bool(calls),
        ),
        Figure(
            f"{what}: tasks of it that its organisation has in the end",
            "1",
            "tasks",
            (float(sum(count for state, count in given.items() if state in OPEN)),),
            sum(count for state, count in given.items() if state in OPEN) == 1,
            {"all that were given, by state": dict(given)},
        ),
    ]


def _of_times(result: Result) -> list[Figure]:
    """Answers while five send without a pause: stated beside how much faster than life they work;
    the limit of a suggestion is that of one card.
    """
    figures = []
    pace = round(result.cards / OPERATORS * ROUND.total_seconds() / result.seconds)
    for what, took in result.journal.milliseconds.items():
        worst, middle = percentile(took, 0.99), percentile(took, 0.5)
        notes: dict[str, object] = {
            "n": len(took),
            "p50": round(middle, 1),
            "times faster than life": pace,
        }
        name = f"five operators without a pause: {what}, p99"
        figures.append(Figure(name, "stated", "ms", (worst,), True, notes))
    return figures
