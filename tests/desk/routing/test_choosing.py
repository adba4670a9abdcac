"""Who is asked: always an answer or nobody, and the more special row before the other."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hansa.desk.clocks import ROUND_THE_CLOCK, WorkingCalendar
from hansa.desk.organizations import Organization
from hansa.desk.routing import NOBODY, Choice, Matter, Place, Table, choose
from hansa.desk.routing.model import Row, open_at
from hansa.desk.routing.overlaps import contradiction

ZONE = ZoneInfo("Europe/Moscow")
DAY = WorkingCalendar("day", ZONE, (((480, 1200),),) * 7)
NIGHT = WorkingCalendar("night", ZONE, (((0, 480), (1200, 1440)),) * 7)
NAMES = ("heat", "water", "lifts", "housing")
ORGANIZATIONS = {name: Organization(name, "company", {}, "", (), ROUND_THE_CLOCK) for name in NAMES}
THEMES, SECTORS = ("no-heat", "no-water", "lift"), ("water", "heat")
DISTRICTS, ZONES, BUILDINGS = ("north", "south"), ("z1", "z2", "z3"), ("b1", "b2")


def _grounds() -> st.SearchStrategy[tuple[str, frozenset[str]]]:
    named = {"district": DISTRICTS, "zone": ZONES, "building": BUILDINGS}
    kinds = [
        st.tuples(st.just(kind), st.frozensets(st.sampled_from(names), min_size=1))
        for kind, names in named.items()
    ]
    return st.just(("any", frozenset[str]())) | st.one_of(kinds)


def _trades() -> st.SearchStrategy[tuple[str, frozenset[str]]]:
    themes = st.tuples(st.just("theme"), st.frozensets(st.sampled_from(THEMES), min_size=1))
    sectors = st.tuples(st.just("sector"), st.frozensets(st.sampled_from(SECTORS), min_size=1))
    return st.just(("any", frozenset[str]())) | themes | sectors


@st.composite
def rows(draw: st.DrawFn) -> Row:
    trade, trades = draw(_trades())
    ground, grounds = draw(_grounds())
    by = draw(st.sampled_from(["", "", "house", "zone"]))
    return Row(
        line=f"routing.yaml:{draw(st.integers(1, 999))}",
        trade=trade,  # type: ignore[arg-type]
        trades=trades,
        ground=ground,  # type: ignore[arg-type]
        grounds=grounds,
        calendar=draw(st.sampled_from([None, DAY, NIGHT])),
        organization=None if by else ORGANIZATIONS[draw(st.sampled_from(NAMES))],
        by=by,  # type: ignore[arg-type]
    )


TABLES = st.lists(rows(), max_size=12).map(
    lambda given: Table(
        tuple(sorted(given, key=lambda row: tuple(-part for part in row.rank))), ORGANIZATIONS
    )
)
MATTERS = st.builds(Matter, st.sampled_from(THEMES), st.sampled_from(SECTORS), st.just("heat"))
PLACES = st.builds(
    Place,
    st.sampled_from(("", *BUILDINGS)),
    st.sampled_from(("", *DISTRICTS)),
    st.lists(st.sampled_from(ZONES), max_size=2).map(tuple),
    st.sampled_from(("", "urn:ngsi-ld:Organization:housing", "urn:ngsi-ld:Organization:gone")),
    st.sampled_from(({}, {"heat": "urn:ngsi-ld:Organization:heat"})),
)
MOMENTS = st.integers(0, 14 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def is_for(row: Row, matter: Matter, place: Place, at: datetime) -> bool:
    """Said a second time, and otherwise."""
    trade = {
        "any": True,
        "theme": matter.theme in row.trades,
        "sector": matter.sector in row.trades,
    }
    ground = {
        "any": True,
        "building": place.building in row.grounds,
        "zone": bool(row.grounds & set(place.zones)),
        "district": place.district in row.grounds,
    }
    named = {
        "": True,
        "house": place.keeper in {one.id for one in ORGANIZATIONS.values()},
        "zone": matter.resource in place.suppliers,
    }
    return trade[row.trade] and ground[row.ground] and open_at(row.calendar, at) and named[row.by]


@given(TABLES, MATTERS, PLACES, MOMENTS)
def test_there_is_always_an_answer_or_nobody(
    table: Table, matter: Matter, place: Place, at: datetime
) -> None:
    choice = choose(table, matter, place, at)

    fitting = [row for row in table.rows if is_for(row, matter, place, at)]
    assert (choice == NOBODY) is (not fitting)
    if choice != NOBODY:
        assert choice.organization is not None
        assert choice.because is not None
        assert choice.because.line in {row.line for row in fitting}


@given(TABLES, MATTERS, PLACES, MOMENTS)
def test_the_more_special_row_goes_before(
    table: Table, matter: Matter, place: Place, at: datetime
) -> None:
    choice = choose(table, matter, place, at)

    fitting = [row for row in table.rows if is_for(row, matter, place, at)]
    if fitting:
        best = max(row.rank for row in fitting)
        assert choice.because is not None
        assert choice.because.line in {row.line for row in fitting if row.rank == best}


@given(st.lists(rows(), max_size=6), MATTERS, PLACES, MOMENTS)
def test_what_does_not_contradict_answers_the_same_in_any_order(
    given_rows: list[Row], matter: Matter, place: Place, at: datetime
) -> None:
    """Zones aside: two of them may share a house, and then the order of the file counts."""
    told = [row for row in given_rows if row.ground != "zone"]
    if contradiction(told) is not None:
        return

    def ask(order: list[Row]) -> Choice:
        ranked = sorted(order, key=lambda row: tuple(-part for part in row.rank))
        return choose(Table(tuple(ranked), ORGANIZATIONS), matter, place, at)

    assert ask(told).organization == ask(told[::-1]).organization


def test_a_house_goes_before_its_district_and_the_theme_before_both() -> None:
    def row(line: str, name: str, **more: object) -> Row:
        plain: dict[str, object] = {
            "trade": "any", "trades": frozenset(), "ground": "any", "grounds": frozenset(),
            "calendar": None, "organization": ORGANIZATIONS[name],
        }  # fmt: skip
        return Row(line=line, **{**plain, **more})  # type: ignore[arg-type]

    anywhere = row("routing.yaml:1", "water")
    district = row("routing.yaml:2", "heat", ground="district", grounds=frozenset(["north"]))
    house = row("routing.yaml:3", "housing", ground="building", grounds=frozenset(["b1"]))
    theme = row("routing.yaml:4", "lifts", trade="theme", trades=frozenset(["lift"]))
    table = Table((theme, house, district, anywhere), ORGANIZATIONS)
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def ask(theme: str, place: Place) -> str:
        found = choose(table, Matter(theme), place, at).organization
        return "" if found is None else found.key

    assert ask("no-heat", Place(building="b1", district="north")) == "housing"
    assert ask("no-heat", Place(building="b2", district="north")) == "heat"
    assert ask("no-heat", Place()) == "water"
    assert ask("lift", Place(building="b1", district="north")) == "lifts"
