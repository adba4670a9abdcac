"""A node: one city with its rooms. Two nodes in one process share nothing.

Opening a node makes it usable (commands need no more); `start` wakes the rooms: timers, the
upkeep of history, rules, desk, notifications, deliveries, the watched folder and, in an
exercise, the generator.
"""

from functools import partial
from pathlib import Path

from hansa import desk, sectors, watch
from hansa.app.home import Home
from hansa.app.tasks import Supervisor
from hansa.base.clock import Clock
from hansa.base.logs import Logger, make_logger
from hansa.base.outgoing import Outgoing
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary, load_vocabulary
from hansa.context import City, Courier
from hansa.context.http import Service, make_service
from hansa.context.subscriptions import PARCEL, Subscriptions
from hansa.sectors import Source, generator


class Node:
    """An opened city, what its folder says, and the tasks of its rooms."""

    def __init__(
        self,
        settings: CitySettings,
        vocabulary: Vocabulary,
        home: Home,
        city: City,
        sources: tuple[Source, ...],
        logger: Logger,
    ) -> None:
        self.settings = settings
        self.vocabulary = vocabulary
        self.home = home
        self.city = city
        self.clock: Clock = city.clock
        self.logger = logger
        self.supervisor = Supervisor(city.clock.outside, logger)
        self.sources = sources
        self.rules = watch.load_rules(settings.folder / "rules", vocabulary, settings.languages)
        self.desk = desk.load_desk(settings.folder, vocabulary)
        self.reporter = _reporter(city, settings, vocabulary)
        self.ngsi_ld: Service = make_service(city)
        self.outgoing = Outgoing(settings.egress.allow, loopback=settings.exercise)
        self.subscriptions = Subscriptions(
            city, self.ngsi_ld.names, self.ngsi_ld.contexts, self.outgoing
        )
        self.courier = Courier(
            city.database, city.news, city.clock, {PARCEL: self.subscriptions.deliver}
        )
        self.inbox = home.inbox

    @classmethod
    async def open(
        cls, settings: CitySettings, home: Home, clock: Clock, logger: Logger | None = None
    ) -> "Node":
        """Open the city of a claimed home; BadFile or StoreRefused says what is wrong."""
        vocabulary = load_vocabulary()
        sources = sectors.load_sources(settings.folder, vocabulary)
        overrides = sectors.privacy_overrides(sources)
        city = await City.open(settings, vocabulary, home.path, clock, overrides=overrides)
        try:
            logger = logger or make_logger(settings.name, clock)
            node = cls(settings, vocabulary, home, city, sources, logger)
            await node.subscriptions.load()
            return node
        except BaseException:
            await city.close()
            raise

    def start(self, *, inbox: Path | None = None, generate: bool = True) -> None:
        """Wake the rooms."""
        self.inbox = inbox or self.home.inbox
        start = self.supervisor.start
        self._wake()
        start("history", self.city.sealer.run)
        start("sectors", partial(sectors.watch, self.city, self.sources, self.inbox, self.logger))
        if generate and self.settings.exercise and self._script.exists():
            start(
                "generator",
                partial(generator.run_generator, self.settings, self.inbox, self.clock),
            )

    def replay(self, feed: sectors.Feed) -> None:
        """Wake the rooms of a replay: the past comes instead of the inbox and the generator.

        Nothing is sealed: at its speed the seals would follow each other, and it is soon over.
        """
        self.desk = desk.for_replay(self.desk)
        self._wake()
        self.supervisor.start("stand-in", partial(desk.stand_in, self.city))
        self.supervisor.start("replay", feed.run)

    def _wake(self) -> None:
        start = self.supervisor.start
        start("timers", self.city.run_timers)
        start("watch", partial(watch.run, self.city, self.rules))
        start("desk", partial(desk.run, self.city, self.desk))
        start("level", partial(desk.keep_level, self.reporter))
        start("notifications", self.subscriptions.run)
        start("deliveries", self.courier.run)

    @property
    def _script(self) -> Path:
        return self.settings.folder / generator.SCRIPT

    async def close(self) -> None:
        """Put the rooms to sleep and close the store."""
        await self.supervisor.close()
        await self.outgoing.close()
        await self.city.close()


def _reporter(city: City, settings: CitySettings, vocabulary: Vocabulary) -> desk.Reporter:
    folder, languages = settings.folder, settings.languages
    indicators = desk.load_indicators(folder / "indicators", vocabulary, languages)
    return desk.Reporter(city, desk.load_report(folder, vocabulary, languages, indicators))
