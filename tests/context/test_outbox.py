"""Delivery is a promise: in order for one target, and a slow target holds up nobody else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from hansa.base.clock import ManualClock
from hansa.context import City, Courier, Parcel, Undelivered
from hansa.guard import Grant

KIND = "test"


class Receiver:
    """What arrived, in order; some targets refuse so many times, some never answer."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.refusing: dict[str, int] = {}
        self.silent: set[str] = set()
        self.changed = asyncio.Event()

    async def __call__(self, parcel: Parcel) -> None:
        name = f"{parcel.target}{parcel.payload.decode()}"
        if parcel.target in self.silent:
            await asyncio.Event().wait()
        left = self.refusing.get(parcel.target, 0)
        self.refusing[parcel.target] = left - 1
        if left <= 0:
            self.arrived.append(name)
        self.changed.set()
        if left > 0:
            raise Undelivered(f"{parcel.target} is closed")

    async def until(self, met: Callable[[], bool]) -> None:
        while not met():
            self.changed.clear()
            await self.changed.wait()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


async def send(city: City, grant: Grant, *names: str) -> None:
    await city.write(grant, [], outbox=[Parcel(KIND, one[0], one[1:].encode()) for one in names])


async def settled(courier: Courier, **wanted: int) -> None:
    """Return once the outbox counts so many; each look is a read of the store."""
    while True:
        if wanted.items() <= (await courier.counts()).items():
            return


async def test_later_parcel_never_overtakes_one_that_failed(
    city: City, grant: Grant, clock: ManualClock, receiver: Receiver
) -> None:
    receiver.refusing["a"] = 2
    courier = Courier(city.database, city.news, clock, {KIND: receiver})
    await send(city, grant, "a1", "a2", "b1")
    carrying = asyncio.create_task(courier.run())
    await receiver.until(lambda: receiver.arrived == ["b1"] and receiver.refusing["a"] == 1)
    await settled(courier, waiting=2, delivered=1)
    while receiver.arrived != ["b1", "a1", "a2"]:
        clock.advance(timedelta(seconds=5))
        await asyncio.sleep(0)
    await settled(courier, waiting=0, delivered=3)
    carrying.cancel()


async def test_silent_target_holds_up_nobody_else(
    city: City, grant: Grant, clock: ManualClock, receiver: Receiver
) -> None:
    receiver.silent.add("a")
    courier = Courier(city.database, city.news, clock, {KIND: receiver})
    carrying = asyncio.create_task(courier.run())
    await send(city, grant, "a1", "b1")
    await receiver.until(lambda: receiver.arrived == ["b1"])
    await send(city, grant, "b2", "c1")
    await receiver.until(lambda: set(receiver.arrived) == {"b1", "b2", "c1"})
    carrying.cancel()


async def test_what_cannot_be_delivered_for_days_is_given_up_visibly(
    city: City, grant: Grant, clock: ManualClock, receiver: Receiver
) -> None:
    receiver.refusing["a"] = 10_000
    courier = Courier(city.database, city.news, clock, {KIND: receiver})
    await send(city, grant, "a1")
    carrying = asyncio.create_task(courier.run())
    while not (await courier.counts())["undelivered"]:
        clock.advance(timedelta(hours=2))
        await asyncio.sleep(0)
    carrying.cancel()
    assert receiver.arrived == []


async def test_what_waited_leaves_after_a_restart(
    city: City, grant: Grant, clock: ManualClock, receiver: Receiver
) -> None:
    await send(city, grant, "a1", "a2")
    courier = Courier(city.database, city.news, clock, {KIND: receiver})
    carrying = asyncio.create_task(courier.run())
    await receiver.until(lambda: receiver.arrived == ["a1", "a2"])
    carrying.cancel()
