"""A hand-made situation report with every kind of line in it. Its city and numbers are invented.

`fixtures/report.json` and `fixtures/report-exercise.json` are written from it (run this file), and
a test holds them equal: what page and PDF are built on is the shape that the model gives.
"""

from datetime import date, timedelta

import orjson

from hansa.desk.report.document import document
from hansa.desk.report.model import (
    Breakdown,
    CityCard,
    Confirmation,
    Criterion,
    Due,
    Report,
    Row,
    Sector,
    SourceLine,
    Status,
    Thing,
    Trouble,
)
from tests.desk.sample_figures import (
    AT,
    BY_AGENCY,
    FIXTURES,
    MEDIAN,
    ON_TIME,
    OPEN,
    OPEN_Q,
    OVERDUE,
    OXYGEN,
    P90,
    REQUEST,
    rests,
    words,
)

FLOOD = Trouble(
    id="urn:ngsi-ld:Incident:river-level:upper",
    kind="Incident",
    title=words(
        "River at the upper post 612 cm, rising",
        "Река у верхнего поста 612 см, вода прибывает",
        "Річка біля верхнього поста 612 см, вода прибуває",
    ),
    severity="high",
    state="active",
    sector="river",
    since=AT - timedelta(hours=5),
    owner="Flood service",
    due=None,
    overdue=False,
    basis=rests("Incident", "", 1, "river-level:upper"),
)
HEAT = Trouble(
    id="urn:ngsi-ld:Incident:heat-calls:north",
    kind="Incident",
    title=words(
        "No heat: 14 requests, Northern district",
        "Нет отопления: 14 обращений, Северный район",
        "Немає опалення: 14 звернень, Північний район",
    ),
    severity="medium",
    state="new",
    sector="heat",
    since=AT - timedelta(hours=2),
    owner="",
    due=AT - timedelta(hours=1),
    overdue=True,
    basis=rests("Incident", "", 1, "heat-calls:north"),
)
DUST = Trouble(
    id="urn:ngsi-ld:Alert:pm25:post-3",
    kind="Alert",
    title=words(
        "PM2.5 at Factory Street 61 µg/m³",
        "PM2.5 на Заводской 61 мкг/м³",
        "PM2.5 на Заводській 61 мкг/м³",
    ),
    severity="medium",
    state="open",
    sector="air",
    since=AT - timedelta(hours=9),
    owner="",
    due=None,
    overdue=False,
    basis=rests("Alert", "", 1, "pm25:post-3"),
)

SECTORS = (
    Sector(
        "heat",
        words("Heating", "Теплоснабжение", "Теплопостачання"),
        words("1 open incident", "1 открытое происшествие", "1 відкрита подія"),
        (HEAT,),
        (),
        (),
        (),
    ),
    Sector(
        "requests",
        words("Citizen requests", "Обращения граждан", "Звернення громадян"),
        words(
            "1,842 requests open, 494 of them overdue",
            "открыто 1 842 обращения, из них просрочено 494",
            "відкрито 1 842 звернення, з них прострочено 494",
        ),
        (),
        (),
        (OPEN, OVERDUE, ON_TIME, MEDIAN, P90),
        (
            SourceLine(
                "urn:ngsi-ld:DataSource:requests",
                words("Citizen requests", "Обращения граждан", "Звернення громадян"),
                "requests",
                "ok",
                AT - timedelta(minutes=4),
                240,
                "CC0-1.0, invented",
                "since 2025-01-01",
            ),
        ),
    ),
    Sector(
        "air",
        words("Air", "Воздух", "Повітря"),
        words("1 open alert", "1 открытый сигнал", "1 відкритий сигнал"),
        (),
        (DUST,),
        (),
        (),
    ),
    Sector(
        "river",
        words("River", "Река", "Річка"),
        words("1 open incident", "1 открытое происшествие", "1 відкрита подія"),
        (FLOOD,),
        (),
        (OXYGEN,),
        (
            SourceLine(
                "urn:ngsi-ld:DataSource:river-buoy",
                words("Buoy at the intake", "Буй у водозабора", "Буй біля водозабору"),
                "river",
                "late",
                AT - timedelta(hours=9),
                32400,
                "public domain, invented",
                "",
            ),
            SourceLine(
                "urn:ngsi-ld:DataSource:river-laboratory",
                words("Laboratory samples", "Лабораторные пробы", "Лабораторні проби"),
                "river",
                "unknown",
                None,
                None,
                "CC BY 4.0, invented",
                "2025",
            ),
        ),
    ),
)

STATUS = Status(
    level=3,
    word=words("strained", "напряжённо", "напружено"),
    proposed=3,
    proposed_word=words("strained", "напряжённо", "напружено"),
    confirmed=Confirmation(3, "duty-officer", AT - timedelta(minutes=30)),
    criteria=(
        Criterion(
            "critical-incidents",
            words(
                "open critical incidents: at least 1",
                "открытые критические происшествия: не меньше 1",
                "відкриті критичні події: щонайменше 1",
            ),
            4,
            False,
            0.0,
            1.0,
            "C62",
            rests("Incident", 'state!="closed";severity=="critical"', 0),
        ),
        Criterion(
            "high-incidents",
            words(
                "open incidents of high severity: at least 1",
                "открытые происшествия высокой тяжести: не меньше 1",
                "відкриті події високої тяжкості: щонайменше 1",
            ),
            3,
            True,
            1.0,
            1.0,
            "C62",
            rests(
                "Incident", 'state!="closed";severity=="high","critical"', 1, "river-level:upper"
            ),
        ),
        Criterion(
            "overdue-share",
            words(
                "share of open requests that are overdue: at least 40 %",
                "доля просроченных среди открытых обращений: не меньше 40 %",
                "частка прострочених серед відкритих звернень: щонайменше 40 %",
            ),
            2,
            False,
            26.8,
            40.0,
            "P1",
            rests(REQUEST, OPEN_Q, 1842, "8812"),
        ),
        Criterion(
            "sources-failing",
            words(
                "sources that fail or are late: at least 3",
                "источники, которые не отвечают или опаздывают: не меньше 3",
                "джерела, які не відповідають або запізнюються: щонайменше 3",
            ),
            2,
            False,
            None,
            3.0,
            "C62",
            rests("DataSource", 'health=="failing","late"', 0),
        ),
    ),
)


TERMS = {
    "severity": {
        "medium": words("medium", "средняя", "середня"),
        "high": words("high", "высокая", "висока"),
        "critical": words("critical", "критическая", "критична"),
    },
    "state": {
        "new": words("new", "новое", "нове"),
        "active": words("active", "в работе", "в роботі"),
        "open": words("open", "открыт", "відкритий"),
    },
    "health": {
        "ok": words("in order", "исправен", "справне"),
        "late": words("late", "опаздывает", "запізнюється"),
        "unknown": words("unknown", "неизвестно", "невідомо"),
    },
}


def sample(world: str = "actual") -> Report:
    """The report, in the actual world or in an exercise."""
    return Report(
        id="urn:ngsi-ld:SituationReport:2026-03-10T0300",
        world=world,
        city=CityCard(
            "sample",
            words("Sampleton", "Примерск", "Прикладськ"),
            words("Mayor", "Глава города", "Міський голова"),
            "Europe/Moscow",
            ("en", "ru", "uk"),
        ),
        day=date(2026, 3, 10),
        at=AT,
        status=STATUS,
        three=(
            Thing(FLOOD.title, "river", "high", FLOOD.since, "", FLOOD.basis),
            Thing(HEAT.title, "heat", "medium", HEAT.since, "", HEAT.basis),
            Thing(
                words(
                    "Overdue requests: 494, a week ago 431",
                    "Просроченные обращения: 494, неделю назад 431",
                    "Прострочені звернення: 494, тиждень тому 431",
                ),
                "requests",
                "",
                None,
                "requests-overdue",
                OVERDUE.basis,
            ),
        ),
        sectors=SECTORS,
        due=(
            Due(
                words(
                    "91 requests are due today",
                    "сегодня истекает срок 91 обращения",
                    "сьогодні спливає строк 91 звернення",
                ),
                "requests",
                AT + timedelta(hours=18),
                91,
                rests(
                    REQUEST,
                    'status=="open";expected_datetime>=2026-03-10T03:00:00Z;expected_datetime<2026-03-10T21:00:00Z',
                    91,
                    "9811",
                    "9812",
                ),
                Breakdown(
                    "agency_responsible",
                    BY_AGENCY.label,
                    (
                        Row(
                            "Public Works",
                            60.0,
                            60,
                            None,
                            rests(REQUEST, 'status=="open"', 60, "9811"),
                        ),
                    ),
                    4,
                ),
            ),
            Due(HEAT.title, "heat", AT + timedelta(hours=1), 1, HEAT.basis),
        ),
        neighbours=(),
        terms=TERMS,
        notes=(
            words(
                "The five largest types of request are missing in the source.",
                "В источнике нет пяти самых частых тем обращений.",
                "У джерелі немає п'яти найчастіших тем звернень.",
            ),
        ),
    )


def write() -> None:
    """Write the fixtures anew."""
    for name, world in (("report", "actual"), ("report-exercise", "exercise:sample")):
        told = orjson.dumps(document(sample(world)), option=orjson.OPT_INDENT_2)
        (FIXTURES / f"{name}.json").write_bytes(told + b"\n")


if __name__ == "__main__":
    write()
