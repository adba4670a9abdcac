"""Who calls again is known by the telephone, to those who may know it."""

from hansa.base.clock import ManualClock
from hansa.context import City
from hansa.guard import Kind
from tests.desk.calls.conftest import Client
from tests.desk.calls.test_calls import CARD, ordered, taken

FORMER = "/desk/calls/former"


async def test_former_calls_are_found_however_the_number_is_written(
    client: Client, clock: ManualClock
) -> None:
    async with client() as http:
        first = (await taken(http))["id"]
        second = (await taken(http, words="again"))["id"]
        await taken(http, telephone="+7 900 000-00-02")
        struck = (await taken(http))["id"]
        await ordered(http, struck, "strike", text="twice")
        for text in ("89000000001", "+7 (900) 000 00 01"):
            found = (await http.post(FORMER, json={"telephone": text})).json()
            assert {one["id"] for one in found["calls"]} == {first, second}
        assert (await http.post(FORMER, json={"telephone": "+7 999"})).status_code == 400
        none = (await http.post(FORMER, json={"telephone": "+7 999 999-99-99"})).json()
    assert none["calls"] == []
    assert all("callerName" not in one for one in found["calls"])
    assert "anary" not in str(found)


async def test_the_search_is_journalled_and_only_for_who_takes_calls(
    city: City, client: Client
) -> None:
    async with client() as http:
        await taken(http)
        assert (await http.post(FORMER, json={"telephone": CARD["telephone"]})).is_success
    (entry,) = await city.guard.journal.entries(Kind.PERSONAL_SEARCH)
    assert (entry["actor"], entry["purpose"]) == ("ann", "call-handling")
    assert "900" not in str(entry)
    for role in ("mayor", "press", "auditor"):
        async with client(role) as other:
            refused = await other.post(FORMER, json={"telephone": CARD["telephone"]})
            assert refused.status_code == 403
