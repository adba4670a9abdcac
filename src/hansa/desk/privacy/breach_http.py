"""Breaches over HTTP."""

from hansa.base.ids import check_uri
from hansa.base.times import format_instant
from hansa.base.web import Request, Response, json_response
from hansa.context import City, world_member
from hansa.desk.privacy import breaches
from hansa.desk.privacy.asking import PRIVATE, read
from hansa.desk.privacy.model import PrivacySettings
from hansa.desk.privacy.persons import answering


class Breaches:
    """The handlers over one city's breaches."""

    def __init__(self, city: City, settings: PrivacySettings) -> None:
        self._city = city
        self._settings = settings

    async def breaches(self, request: Request) -> Response:
        """Every breach with whom the law has told."""
        grant = answering(self._city, request.grant)
        told = {
            "now": format_instant(self._city.clock.now()),
            **world_member(self._city.world),
            "duties": [
                {"key": d.key, "law": d.law, "words": d.words, "cites": d.cites}
                | {"hours": None if d.within is None else int(d.within.total_seconds() // 3600)}
                for d in self._settings.duties
            ],
            "breaches": await breaches.shown(self._city, grant, self._settings),
        }
        return json_response(told, headers=PRIVATE)

    async def open_breach(self, request: Request) -> Response:
        """Keep a breach."""
        grant = answering(self._city, request.grant)
        wish = await read(request, breaches.NewBreach)
        name = await breaches.open_breach(self._city, grant, self._settings, wish)
        return json_response({"id": name}, 201)

    async def more_of_breach(self, request: Request) -> Response:
        """Add what came to be known, or close it."""
        grant = answering(self._city, request.grant)
        name = check_uri(request.path_params["id"], "id")
        wish = await read(request, breaches.MoreOfBreach)
        await breaches.tell_more(self._city, grant, name, wish)
        return json_response({"id": name})

    async def told(self, request: Request) -> Response:
        """Note that somebody was told."""
        grant = answering(self._city, request.grant)
        name = check_uri(request.path_params["id"], "id")
        await breaches.told(self._city, grant, name, await read(request, breaches.Told))
        return json_response({"id": name})
