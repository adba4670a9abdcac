"""Whom to call now: by date and hours, a substitute before whom it is for; kept by their own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.base.clock import ManualClock
from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings
from hansa.base.times import format_instant
from hansa.base.web import Request, WebApp
from hansa.context import City, Query, TypeIs
from hansa.desk import Work, contact_routes
from hansa.desk.clocks import WorkingCalendar
from hansa.desk.contacts import load_contacts, seed_contacts
from hansa.desk.contacts.model import Contact, on_duty
from hansa.guard import Grant
from tests.desk.tasks.working import ROADS, WATERWORKS, work_of

ZONE = ZoneInfo("Europe/Moscow")
DAY = WorkingCalendar("day", ZONE, (((480, 1200),),) * 7)
START = datetime(2026, 3, 2, tzinfo=UTC)
MOMENTS = st.integers(0, 200).map(lambda hours: START + timedelta(hours=hours))
CONTACTS = st.lists(
    st.tuples(
        MOMENTS, st.integers(1, 100) | st.none(), st.sampled_from(["", "day"]), st.booleans()
    ),
    max_size=6,
).map(
    lambda rows: [
        Contact(
            f"c{number}", "o", "1", "head", begins,
            None if hours is None else begins + timedelta(hours=hours),
            "c0" if stands and number else "", calendar,
        )
        for number, (begins, hours, calendar, stands) in enumerate(rows)
    ]
)  # fmt: skip


@given(CONTACTS, MOMENTS)
def test_somebody_is_on_duty_wherever_anybody_holds(contacts: list[Contact], at: datetime) -> None:
    found = on_duty(contacts, {"day": DAY}, at)
    by_hours = on_duty([one for one in contacts if not one.instead_of], {"day": DAY}, at)

    assert bool(found) >= bool(by_hours)
    assert all(one.holds(at) for one in found)
    standing = {one.instead_of for one in found if one.instead_of}
    assert not standing & {one.id for one in found}


@pytest.fixture
def work(settings: CitySettings) -> Work:
    return work_of(settings)


Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
def client(city: City, work: Work) -> Client:
    async def grant(request: Request) -> Any:
        role, organization = request.headers["x-role"], request.headers["x-organization"]
        now = city.clock.now()
        return Grant(role, role, "operation", now, city.world, organization=organization)

    routes = contact_routes(city, work.staff)
    app = WebApp(routes, grant, lambda _: city.world.name, view=city.guard.view)

    def make(role: str = "duty-officer", organization: str = "") -> httpx.AsyncClient:
        headers = {"X-Role": role, "X-Organization": organization}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://node", headers=headers)

    return make


async def kept(client: httpx.AsyncClient, **more: Any) -> str:
    given = {"organization": "waterworks", "telephone": "+7 55", "name": "Anna Example", **more}
    answer = await client.post("/desk/contacts", json=given)
    assert answer.status_code == 201, answer.text
    name: str = answer.json()["id"]
    return name


async def listed(client: httpx.AsyncClient, organization: str = "waterworks") -> dict[str, Any]:
    answer = await client.get(f"/desk/contacts?organization={organization}")
    found: dict[str, Any] = answer.json()
    return found


async def test_a_head_keeps_the_own_ones_and_a_substitute_stands_for_a_week(
    client: Client, clock: ManualClock
) -> None:
    head = client("department-head", WATERWORKS)
    anna = await kept(head)
    until = format_instant(clock.now() + timedelta(days=7))
    boris = await kept(head, telephone="+7 66", name="Boris", substituteFor=anna, until=until)

    found = await listed(head)
    assert found["mayKeep"] is True
    assert found["onDuty"][WATERWORKS] == {"contacts": [boris], "telephone": "+7 66"}
    assert {one["name"] for one in found["contacts"]} == {"Anna Example", "Boris"}

    clock.advance(timedelta(days=8))
    assert (await listed(head))["onDuty"][WATERWORKS] == {"contacts": [anna], "telephone": "+7 55"}


async def test_another_organisations_are_not_theirs(client: Client) -> None:
    anna = await kept(client("department-head", WATERWORKS))
    stranger = client("dispatcher", ROADS)

    given = {"organization": "waterworks", "telephone": "+7 77"}
    assert (await stranger.post("/desk/contacts", json=given)).status_code == 403
    change = {"telephone": "+7 77", "expect": 1}
    answer = await stranger.post(f"/desk/contacts/{anna}/change", json=change)
    assert answer.status_code == 403
    assert (
        await stranger.post(f"/desk/contacts/{anna}/end", json={"expect": 1})
    ).status_code == 403


@pytest.mark.parametrize("role", ["mayor", "analyst", "auditor"])
async def test_a_name_is_for_who_keeps_it(client: Client, role: str) -> None:
    await kept(client())

    found = await listed(client(role))
    assert found["mayKeep"] is False
    assert [(one["telephone"], one["name"]) for one in found["contacts"]] == [("+7 55", None)]
    wish = {"telephone": "1", "organization": "roads"}
    refused = await client(role).post("/desk/contacts", json=wish)
    assert refused.status_code == 403


async def test_without_a_contact_it_is_the_organisations_own_number(client: Client) -> None:
    assert (await listed(client()))["onDuty"][WATERWORKS]["telephone"] == "+7 1"


async def test_a_change_is_seen_and_the_slower_of_two_is_told(client: Client) -> None:
    anna = await kept(client())
    seen = (await listed(client()))["contacts"][0]["change"]
    given = {"telephone": "+7 88", "expect": seen}

    assert (await client().post(f"/desk/contacts/{anna}/change", json=given)).status_code == 200
    assert (await client().post(f"/desk/contacts/{anna}/change", json=given)).status_code == 409
    (now,) = (await listed(client()))["contacts"]
    assert (now["telephone"], now["name"]) == ("+7 88", None)  # the name was taken away

    ended = await client().post(f"/desk/contacts/{anna}/end", json={"expect": now["change"]})
    assert ended.status_code == 200
    assert (await listed(client()))["onDuty"][WATERWORKS]["contacts"] == []


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"telephone": "call me"}, "telephone"),
        ({"telephone": ""}, "telephone"),
        ({"post": "king"}, "post"),
        ({"calendar": "sleepy"}, "calendar"),
        ({"organization": "nobody"}, "organization"),
        ({"substituteFor": "urn:ngsi-ld:DutyContact:none"}, "substituteFor"),
        ({"from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "until"),
    ],
)
async def test_what_is_wrong_is_named(client: Client, more: dict[str, Any], where: str) -> None:
    given = {"organization": "waterworks", "telephone": "+7 55", **more}
    answer = await client().post("/desk/contacts", json=given)

    assert (answer.status_code, answer.json()["where"]) == (400, where)


async def test_nobody_stands_in_a_ring(client: Client) -> None:
    anna = await kept(client())
    boris = await kept(client(), substituteFor=anna)

    given = {"organization": "waterworks", "telephone": "+7", "substituteFor": boris}
    given["telephone"] = "+7 99"
    assert (await client().post("/desk/contacts", json=given)).status_code == 400
    seen = {one["id"]: one["change"] for one in (await listed(client()))["contacts"]}
    back = {"telephone": "+7 55", "substituteFor": boris, "expect": seen[anna]}
    assert (await client().post(f"/desk/contacts/{anna}/change", json=back)).status_code == 400


SEED = """
contacts:
  water-day: {organization: waterworks, telephone: "+7 2", name: Nobody Real, calendar: office}
"""


async def test_the_folder_begins_and_the_console_goes_on(
    city: City, settings: CitySettings, client: Client
) -> None:
    work = work_of(settings, **{"contacts.yaml": SEED})
    await seed_contacts(city, work.contacts, work.staff)
    (held,) = (await listed(client()))["contacts"]
    assert (held["telephone"], held["name"]) == ("+7 2", "Nobody Real")

    given = {"telephone": "+7 3", "expect": held["change"]}
    await client().post(f"/desk/contacts/{held['id']}/change", json=given)
    await seed_contacts(city, work.contacts, work.staff)
    assert [one["telephone"] for one in (await listed(client()))["contacts"]] == ["+7 3"]


@pytest.mark.parametrize("wrong", ["organization: nobody", "post: king", "calendar: sleepy"])
def test_a_wrong_contact_is_refused_with_its_line(tmp_path: Path, work: Work, wrong: str) -> None:
    text = (
        SEED.replace("organization: waterworks", wrong, 1)
        if "org" in wrong
        else (SEED.replace("calendar: office", wrong))
    )
    (tmp_path / "contacts.yaml").write_text(text)
    with pytest.raises(BadFile, match=r"contacts\.yaml:3 contacts\.water-day"):
        load_contacts(tmp_path, work.staff)


async def test_a_name_stands_in_the_vault_alone(city: City, client: Client) -> None:
    await kept(client())

    page = await city.read(
        city.guard.view(Grant("a", "administrator", "operation", city.clock.now(), city.world)),
        Query(types=TypeIs("DutyContact")),
    )
    assert page.entities[0].value("name") is None
    assert b"Anna" not in page.entities[0].body
