"""A node: one city with its rooms. Two nodes in one process share nothing.

Opening a node makes it usable (commands need no more); `start` wakes the rooms: timers, the
upkeep of history, rules, desk, notifications, deliveries, the watched folder and, in an
exercise, the generator. `retell` gives them other settings while they run.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hansa import desk, sectors, watch
from hansa.app.bringing import bring_along
from hansa.app.folder import Folder
from hansa.app.home import Home
from hansa.app.rooms import Rooms, check_classes, keeping_turns, load_rooms
from hansa.app.tasks import Job, Supervisor
from hansa.base.clock import Clock
from hansa.base.logs import Logger, make_logger
from hansa.base.outgoing import Outgoing
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary, load_vocabulary
from hansa.context import City, Courier
from hansa.context.http import Service, make_service
from hansa.context.subscriptions import PARCEL, Subscriptions
from hansa.sectors import Source, generator

_WORK = (
    "organizations.yaml", "calendar.yaml", "tasks.yaml", "routing.yaml", "law.yaml",
    "contacts.yaml", "playbooks/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Room:
    """The task of a room. `reads`: beginnings of the paths of the settings it was told."""

    name: str
    job: Job
    reads: tuple[str, ...] = ()


class Node:
    """An opened city, what its folder says, and the tasks of its rooms."""

    def __init__(
        self,
        settings: CitySettings,
        vocabulary: Vocabulary,
        home: Home,
        city: City,
        folder: Folder,
        logger: Logger,
    ) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.home = home
        self.city = city
        self.clock: Clock = city.clock
        self.logger = logger
        self.supervisor = Supervisor(city.clock.outside, logger)
        self.replaying = False
        self._heard: list[Callable[[], None]] = []
        self.addresses = desk.Addresses(city)
        self.sources: tuple[Source, ...] = ()
        self.desk: desk.DeskSettings = folder.rooms.desk
        self.work: desk.Work = folder.rooms.work
        self.themes: desk.Catalogue = folder.rooms.themes
        self.suggester = desk.Suggester()
        self.shifts: desk.ShiftSettings = folder.rooms.shifts
        self.folder = folder
        self._take(folder.rooms)
        folder.attach(self.retell)
        self.ngsi_ld: Service = make_service(city)
        self.outgoing = Outgoing(settings.egress.allow, loopback=settings.exercise)
        self.subscriptions = Subscriptions(
            city, self.ngsi_ld.names, self.ngsi_ld.contexts, self.outgoing
        )
        self.courier = Courier(
            city.database, city.news, city.clock, {PARCEL: self.subscriptions.deliver}
        )
        self.inbox = home.inbox
        self.doors = self._doors()
        self._following = False

    @classmethod
    async def open(
        cls, settings: CitySettings, home: Home, clock: Clock, logger: Logger | None = None
    ) -> "Node":
        """Open the city of a claimed home; BadFile or StoreRefused says what is wrong."""
        vocabulary = load_vocabulary()
        city = await City.open(settings, vocabulary, home.path, clock)
        city.guard.governs(desk.APPOINTMENT, desk.delegation_of)
        try:
            folder = await Folder.open(city, home.path, partial(_load, city))
            city.reclassify(sectors.privacy_overrides(folder.rooms.sources))
            logger = logger or make_logger(settings.name, clock)
            node = cls(settings, vocabulary, home, city, folder, logger)
            await node.subscriptions.load()
            return node
        except BaseException:
            await city.close()
            raise

    def start(self, *, inbox: Path | None = None, generate: bool = True) -> None:
        """Wake the rooms."""
        self.inbox = inbox or self.home.inbox
        bring_along(self.settings.folder, self.inbox)
        start = self.supervisor.start
        self._wake()
        start("history", self.city.sealer.run)
        start("sectors", self._sectors().job)
        self._follow()
        if generate and self.settings.exercise and self._script.exists():
            start(
                "generator",
                partial(generator.run_generator, self.settings, self.inbox, self.clock),
            )

    def replay(self, feed: sectors.Feed) -> None:
        """Wake the rooms of a replay: the past comes instead of the inbox and the generator.

        Nothing is sealed: at its speed the seals would follow each other, and it is soon over.
        """
        self.replaying = True
        self.folder.fixed = frozenset({"sources"})  # the past is told through them already
        self.desk = desk.for_replay(self.desk)
        self._wake()
        self.supervisor.start("stand-in", partial(desk.stand_in, self.city))
        self.supervisor.start("replay", feed.run)

    def heard(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the rooms were told other settings."""
        self._heard.append(listener)

    async def retell(self, rooms: Rooms, changed: Collection[str]) -> tuple[str, ...]:
        """Tell the rooms other settings; those that read a changed path begin anew.

        Nothing is lost: how far each has come stands in the store. Answers who began anew.
        """
        self.city.reclassify(sectors.privacy_overrides(rooms.sources))
        self._take(rooms)
        concerned = [one for one in (*self._rooms(), self._sectors()) if _reads(one, changed)]
        began = [one.name for one in concerned if await self.supervisor.restart(one.name, one.job)]
        if self._following and any(path.startswith("sources/") for path in changed):
            began += await self._follow_anew()
        for listener in self._heard:
            listener()
        return tuple(began)

    def _take(self, rooms: Rooms) -> None:
        self.sources = keeping_turns(rooms.sources, self.sources)
        self.rules = rooms.rules
        self.desk = desk.for_replay(rooms.desk) if self.replaying else rooms.desk
        self.work = rooms.work
        self.themes = rooms.themes
        self.outages = desk.office_of(
            self.city, rooms.outages, self.desk, self.work, self.addresses
        )
        self.calling = self._calling(rooms)
        self.shifts = rooms.shifts
        self.reporter = desk.Reporter(self.city, rooms.report, desk.Sheets(self.city, rooms.shifts))
        self.open311 = rooms.open311
        self.privacy = rooms.privacy

    def _calling(self, rooms: Rooms) -> desk.Calling:
        outages = desk.Outages(self.city, rooms.outages, self.outages.houses)
        return desk.Calling(
            rooms.calls, self.desk, rooms.work, rooms.themes, outages, self.suggester
        )

    def _doors(self, before: sectors.Doors | None = None) -> sectors.Doors:
        home = self.home.path
        return sectors.Doors(
            self.city, self.sources, self.outgoing, home, self.logger, before=before
        )

    def _follow(self) -> None:
        """A task for each source that is asked, so that none waits for another."""
        self._following = True
        for name, job in self.doors.jobs():
            self.supervisor.start(name, job)

    async def _follow_anew(self) -> list[str]:
        """Leave off what is told otherwise now, and begin with it anew; the others go on."""
        before, self.doors = self.doors, self._doors(self.doors)
        jobs, old = dict(self.doors.jobs()), dict(before.jobs())
        for name in [one for one in old if jobs.get(one) != old[one]]:
            await self.supervisor.stop(name)
        begun = [name for name in jobs if jobs[name] != old.get(name)]
        for name in begun:
            self.supervisor.start(name, jobs[name])
        return begun

    def _wake(self) -> None:
        for room in self._rooms():
            self.supervisor.start(room.name, room.job)

    def _rooms(self) -> tuple[_Room, ...]:
        return (
            _Room("timers", self.city.run_timers),
            _Room("addresses", self.addresses.run),
            _Room("watch", partial(watch.run, self.city, self.rules), ("rules/",)),
            _Room("acting", partial(desk.keep_appointments, self.city)),
            _Room("shifts", partial(desk.keep_shifts, self.city, self.shifts), ("shifts.yaml",)),
            _Room(
                "desk",
                partial(desk.run, self.city, self.desk, self.work, self.outages.settings),
                ("desk.yaml", "outages.yaml", *_WORK),
            ),
            _Room("tasks", partial(desk.follow_tasks, self.city, self.work), _WORK),
            _Room(
                "outages",
                partial(desk.follow_outages, self.outages, self.themes),
                ("outages.yaml", "themes.yaml", "desk.yaml", *_WORK),
            ),
            _Room(
                "calls",
                partial(desk.keep_calls, self.city, self.calling),
                ("calls.yaml", "themes.yaml", "desk.yaml", *_WORK),
            ),
            _Room(
                "themes",
                partial(desk.keep_themes, self.city, self.themes, self.suggester),
                ("themes.yaml",),
            ),
            _Room(
                "level",
                partial(desk.keep_level, self.reporter),
                ("report.yaml", "indicators/", "shifts.yaml"),
            ),
            _Room("privacy", partial(desk.keep_privacy, self.city, self.privacy)),
            _Room("notifications", self.subscriptions.run),
            _Room("deliveries", self.courier.run),
        )

    def _sectors(self) -> _Room:
        job = partial(sectors.watch, self.city, self.sources, self.inbox, self.logger)
        return _Room("sectors", job, ("sources/",))

    @property
    def _script(self) -> Path:
        return self.settings.folder / generator.SCRIPT

    async def close(self) -> None:
        """Put the rooms to sleep and close the store."""
        await self.supervisor.close()
        await self.outgoing.close()
        await self.city.close()


def _load(city: City, layout: Path) -> Rooms:
    rooms = load_rooms(layout, city.settings, city.vocabulary)
    check_classes(rooms, city)
    return rooms


def _reads(room: _Room, changed: Collection[str]) -> bool:
    return any(path.startswith(room.reads) for path in changed) if room.reads else False
