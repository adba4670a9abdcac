"""The figures of the hand-made report, and what all its lines are made with."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hansa.desk.report.model import (
    Basis,
    Breakdown,
    Comparison,
    Figure,
    Interval,
    Point,
    Row,
    Words,
)

AT = datetime(2026, 3, 10, 3, tzinfo=UTC)
REQUEST = "Open311ServiceRequest"
FIXTURES = Path(__file__).parent / "fixtures"


def words(en: str, ru: str, uk: str) -> Words:
    return {"en": en, "ru": ru, "uk": uk}


def rests(kind: str, q: str, count: int, *names: str) -> Basis:
    return Basis(kind, AT, q, tuple(f"urn:ngsi-ld:{kind}:{name}" for name in names), count)


def wave(middle: float, swing: float, digits: int = 0, gap: int = -1) -> tuple[Point, ...]:
    return tuple(
        Point(
            AT - timedelta(days=41 - day),
            None if day == gap else round(middle + swing * math.sin(day / 4), digits),
        )
        for day in range(42)
    )


OPEN_Q = 'status=="open"'
LATE_Q = 'status=="open";expected_datetime<2026-03-10T03:00:00Z'

BY_AGENCY = Breakdown(
    by="agency_responsible",
    label=words("responsible", "ответственный", "відповідальний"),
    rows=(
        Row(
            "Public Works",
            391.0,
            391,
            Interval(353.2, 431.8, "poisson"),
            rests(REQUEST, f'{LATE_Q};agency_responsible=="Public Works"', 391, "8812", "9020"),
        ),
        Row(
            "Housing Inspection and Building Control",
            96.0,
            96,
            Interval(77.8, 117.2, "poisson"),
            rests(
                REQUEST,
                f'{LATE_Q};agency_responsible=="Housing Inspection and Building Control"',
                96,
                "9107",
            ),
        ),
        Row(
            "Parks",
            7.0,
            7,
            Interval(2.8, 14.4, "poisson"),
            rests(REQUEST, f'{LATE_Q};agency_responsible=="Parks"', 7, "9551"),
        ),
    ),
    of=11,
)

OPEN = Figure(
    id="requests-open",
    label=words("open requests", "открытые обращения", "відкриті звернення"),
    value=1842.0,
    unit="C62",
    digits=0,
    n=1842,
    good="down",
    as_of=AT,
    basis=rests(REQUEST, OPEN_Q, 1842, "8812", "8913", "9020"),
    interval=Interval(1758.8, 1928.1, "poisson"),
    observed_at=AT - timedelta(minutes=4),
    compare=Comparison(1790.0, AT - timedelta(days=7), "P7D"),
    trend=wave(1750, 90),
)
OVERDUE = Figure(
    id="requests-overdue",
    label=words("overdue requests", "просроченные обращения", "прострочені звернення"),
    value=494.0,
    unit="C62",
    digits=0,
    n=494,
    good="down",
    as_of=AT,
    basis=rests(REQUEST, LATE_Q, 494, "8812", "9020"),
    interval=Interval(451.4, 539.5, "poisson"),
    observed_at=AT - timedelta(minutes=4),
    compare=Comparison(431.0, AT - timedelta(days=7), "P7D"),
    trend=wave(440, 40),
    breakdown=BY_AGENCY,
)
ON_TIME = Figure(
    id="requests-on-time",
    label=words("closed on time, 28 days", "закрыто в срок, 28 дней", "закрито у строк, 28 днів"),
    value=81.4,
    unit="P1",
    digits=1,
    n=2310,
    good="up",
    as_of=AT,
    basis=rests(
        REQUEST,
        "closedAt>2026-02-10T03:00:00Z;closedAt<=2026-03-10T03:00:00Z;expected_datetime",
        2310,
        "7001",
    ),
    interval=Interval(79.8, 82.9, "wilson"),
    observed_at=AT - timedelta(minutes=11),
    compare=Comparison(84.0, AT - timedelta(days=7), "P7D"),
    trend=wave(82, 2, 1),
    note=words(
        "the source itself says 83.0 %",
        "сам источник сообщает 83,0 %",
        "саме джерело повідомляє 83,0 %",
    ),
)
MEDIAN = Figure(
    id="requests-days-median",
    label=words("days to close, median", "дней до закрытия, медиана", "днів до закриття, медіана"),
    value=2.3,
    unit="DAY",
    digits=1,
    n=2544,
    good="down",
    as_of=AT,
    basis=rests(
        REQUEST, "closedAt>2026-02-10T03:00:00Z;closedAt<=2026-03-10T03:00:00Z", 2544, "7001"
    ),
    interval=Interval(2.1, 2.5, "order-statistic"),
    observed_at=AT - timedelta(minutes=11),
    compare=Comparison(2.2, AT - timedelta(days=7), "P7D"),
    trend=wave(2.2, 0.3, 1),
)
P90 = Figure(
    id="requests-days-p90",
    label=words(
        "days to close, nine of ten",
        "дней до закрытия, девять из десяти",
        "днів до закриття, дев'ять із десяти",
    ),
    value=None,
    unit="DAY",
    digits=1,
    n=3,
    good="down",
    as_of=AT,
    basis=rests(
        REQUEST,
        "closedAt>2026-03-09T03:00:00Z;closedAt<=2026-03-10T03:00:00Z",
        3,
        "9900",
        "9901",
        "9902",
    ),
    why=words(
        "too few to say: 3 of at least 5",
        "слишком мало: 3 при наименьших 5",
        "замало: 3 за найменших 5",
    ),
    observed_at=AT - timedelta(minutes=11),
    trend=wave(11, 2, 1),
)
OXYGEN = Figure(
    id="river-oxygen",
    label=words(
        "dissolved oxygen at the intake",
        "растворённый кислород у водозабора",
        "розчинений кисень біля водозабору",
    ),
    value=6.12,
    unit="M1",
    digits=2,
    n=1,
    good="up",
    as_of=AT,
    basis=Basis(
        "WaterQualityObserved",
        AT,
        "",
        ("urn:ngsi-ld:WaterQualityObserved:intake",),
        1,
        "O2",
        AT - timedelta(days=1),
        AT,
    ),
    observed_at=AT - timedelta(hours=9),
    fresh=7200,
    compare=Comparison(7.4, AT - timedelta(days=7), "P7D"),
    trend=wave(7, 1, 2, gap=20),
)
