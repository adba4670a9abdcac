"""All sources of a city that are no files: who follows each, and what people may ask of them."""

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from hansa.base.logs import Logger
from hansa.base.outgoing import Outgoing
from hansa.base.problems import ResourceNotFound
from hansa.context import City
from hansa.sectors.connectors.registry import CONNECTORS, Registry
from hansa.sectors.connectors.secrets import Secrets
from hansa.sectors.following import Following
from hansa.sectors.mapping.load import Source


class Doors:
    """The followed sources of one city. `home`: where their secrets lie.

    `before`: the doors until now; a source that is told the same is followed by the same.
    """

    def __init__(
        self,
        city: City,
        sources: Sequence[Source],
        outgoing: Outgoing,
        home: Path,
        logger: Logger,
        *,
        registry: Registry = CONNECTORS,
        dice: random.Random | None = None,
        before: "Doors | None" = None,
    ) -> None:
        self.outgoing = outgoing
        secrets = Secrets(home)
        dice = dice or random.Random()  # noqa: S311 - spreads attempts, hides nothing
        known = before._followed if before is not None else {}
        self._followed: dict[str, Following] = {
            source.name: _unchanged(known, source)
            or Following(city, source, connector, outgoing, secrets, logger, dice)
            for source in sources
            if (connector := registry[source.file.connector].connector) is not None
        }

    def jobs(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """A task per source, to be kept running."""
        for name, one in self._followed.items():
            yield f"source {name}", one.run

    def __contains__(self, name: str) -> bool:
        return name in self._followed

    def __getitem__(self, name: str) -> Following:
        found = self._followed.get(name)
        if found is None:
            detail = f"{name} is no source that is asked: its files come by themselves"
            raise ResourceNotFound(detail, where="source")
        return found


def _unchanged(known: Mapping[str, Following], source: Source) -> Following | None:
    found = known.get(source.name)
    return found if found is not None and found.source.digest == source.digest else None
