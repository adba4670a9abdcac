"""Tasks, organisations and playbooks over HTTP: parse, call, render."""

from functools import partial
from typing import Any

from hansa.base.ids import check_uri
from hansa.base.problems import BadRequestData
from hansa.base.rights import Right
from hansa.base.web import Operation, Parameter, Request, Response, Route, json_response
from hansa.context import City
from hansa.desk.entities import INCIDENT
from hansa.desk.organizations import ORGANIZATION
from hansa.desk.tasks import orders, reading, sending
from hansa.desk.tasks.settings import Reasons
from hansa.desk.tasks.states import OF_THE_DESK, TaskVerb
from hansa.desk.tasks.work import Work

_TAGS = ("desk",)
_PRIVATE = (("Cache-Control", "no-store"),)
_LARGEST_PAGE = 1000
_BODY = 64 * 1024
_TEXT: dict[str, Any] = {"type": "string", "maxLength": 4000, "description": "Kept as personal"}
_ORDER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expect": {"type": "integer", "description": "Change number the order was decided on"},
        "reason": {"type": "string", "description": "With pause, return, new-time: GET …/settings"},
        "text": _TEXT,
        "promised": {"type": "string", "format": "date-time", "description": "With new-time"},
        "approvedBy": {"type": "string", "description": "With new-time"},
    },
}
_SENDING: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["incident"],
    "properties": {
        "incident": {"type": "string", "format": "uri"},
        "organization": {"type": "string", "description": "Key or id; absent: the step's"},
        "step": {"type": "string", "description": "Of the incident's playbook"},
        "text": _TEXT,
        "within": {"type": "string", "description": "Service time, as 2 h"},
        "priority": {"type": "integer", "minimum": 1, "maximum": 4},
    },
}
_DONE = {
    200: "Done: id, state, change",
    404: "No such task, or not of one's own organisation",
    409: "Another state, or somebody was faster: says who did what",
}
_WORDS = {
    TaskVerb.ACCEPT: "Take a task",
    TaskVerb.ON_SITE: "A crew is on site",
    TaskVerb.DONE: "It is done",
    TaskVerb.RETURN: "Not ours, with a reason",
    TaskVerb.NEW_TIME: "Promise another time, with a reason and who approved it",
    TaskVerb.PAUSE: "Stop its clock, with a reason",
    TaskVerb.RESUME: "Let its clock go on",
    TaskVerb.WITHDRAW: "Take it back",
    TaskVerb.REOPEN: "One step back: from an end, or from a state set by mistake",
    TaskVerb.NOTE: "Add a note to the timeline",
}


class Tasks:
    """The handlers over one city's tasks."""

    def __init__(self, city: City, work: Work) -> None:
        self._city = city
        self._work = work

    async def many(self, request: Request) -> Response:
        """Tasks by incident, organisation, state, lateness."""
        query = request.query
        asked = reading.Asked(
            incident=_uri(query.get("incident"), "incident"),
            organization=_name(query.get("organization")),
            states=tuple(query.listed("state")),
            overdue=query.flag("overdue"),
            limit=query.whole("limit", 200, low=1, high=_LARGEST_PAGE) or 200,
            offset=query.whole("offset", 0) or 0,
        )
        found = await reading.tasks(self._city, request.view, self._work, asked)
        return json_response(found, headers=_PRIVATE)

    async def one(self, request: Request) -> Response:
        """A task."""
        found = await reading.one_task(self._city, request.view, _id(request))
        return json_response(found, headers=_PRIVATE)

    async def send(self, request: Request) -> Response:
        """Send a task."""
        given = sending.parse_sending(await request.json(_BODY))
        return _done(await sending.send(self._city, request.grant, self._work, given), status=201)

    async def order(self, verb: TaskVerb, request: Request) -> Response:
        """Carry an order out."""
        order = orders.parse_order(verb, await request.json(_BODY), self._work.settings)
        return _done(
            await orders.give(self._city, request.grant, self._work, _id(request), verb, order)
        )

    async def organizations(self, request: Request) -> Response:
        """Who takes tasks, for whom there are organisations."""
        sees = request.view.admits((ORGANIZATION,))
        told = [
            {
                "id": one.id,
                "key": one.key,
                "kind": one.kind,
                "name": dict(one.name),
                "telephone": one.telephone,
                "sectors": list(one.sectors),
                "calendar": one.calendar.key,
            }
            for one in (self._work.organizations.values() if sees else ())
        ]
        settings = self._work.settings
        reasons = {
            "pause": _words(settings.pause),
            "return": _words(settings.return_),
            "newTime": _words(settings.new_time),
        }
        within = round(settings.within.total_seconds() / 60, 2)
        desk = {"within": within, "telephone": settings.telephone if sees else ""}
        return json_response({"organizations": told, "reasons": reasons, "desk": desk})

    async def playbooks(self, request: Request) -> Response:
        """What is done when an incident of a type opens, for whom there are incidents."""
        scale, sees = self._work.scale, request.view.admits((INCIDENT,))
        told = [reading.shown_playbook(one, scale) for one in self._work.playbooks if sees]
        return json_response({"playbooks": told})


def task_routes(city: City, work: Work) -> tuple[Route, ...]:
    """Every route of tasks, organisations and playbooks."""
    tasks = Tasks(city, work)
    path, one = "/desk/tasks", "/desk/tasks/{id}"
    return (
        Route("GET", path, tasks.many, operation=_listing(), strict=True),
        Route(
            "POST",
            path,
            tasks.send,
            operation=Operation(
                "Send a task to an organisation",
                _TAGS,
                request={"application/json": _SENDING},
                responses={201: "Sent: id, state, change", 404: "No such incident or organisation"},
            ),
            body_limit=_BODY,
            right=Right(works=(orders.ROOM,), of_the_desk=True),
        ),
        Route(
            "GET",
            one,
            tasks.one,
            operation=Operation("A task", _TAGS, responses={200: "OK", 404: "No such task"}),
        ),
        *(_order_route(tasks, one, verb) for verb in TaskVerb),
        Route(
            "GET",
            "/desk/organizations",
            tasks.organizations,
            operation=Operation("Organisations, and the reasons that orders need", _TAGS),
        ),
        Route(
            "GET",
            "/desk/playbooks",
            tasks.playbooks,
            operation=Operation("Playbooks with their steps", _TAGS),
        ),
    )


def _listing() -> Operation:
    return Operation(
        "Tasks, the soonest due first; ended ones alone, the latest first",
        _TAGS,
        (
            Parameter("incident", "Of this incident; its playbook's steps come too"),
            Parameter("organization", "Of this organisation (key or id)"),
            Parameter("state", "States, separated by commas, or open; absent: any"),
            Parameter("overdue", "true: only late ones"),
            Parameter("limit", "At most so many", schema={"type": "integer"}),
            Parameter("offset", "Leave out so many", schema={"type": "integer"}),
        ),
    )


def _order_route(tasks: Tasks, one: str, verb: TaskVerb) -> Route:
    operation = Operation(
        _WORDS[verb], _TAGS, request={"application/json": _ORDER}, responses=_DONE
    )
    handler = partial(tasks.order, verb)
    right = Right(works=(orders.ROOM,), of_the_desk=verb in OF_THE_DESK)
    return Route(
        *("POST", f"{one}/{verb}", handler), operation=operation, body_limit=_BODY, right=right
    )


def _done(done: orders.TaskDone, status: int = 200) -> Response:
    return json_response({"id": done.id, "state": done.state, "change": done.change}, status=status)


def _words(reasons: Reasons) -> dict[str, dict[str, str]]:
    return {code: dict(words) for code, words in reasons.items()}


def _id(request: Request) -> str:
    return check_uri(request.path_params["id"], "id")


def _uri(given: str | None, where: str) -> str:
    return check_uri(given, where) if given else ""


def _name(given: str | None) -> str:
    """A key or id of an organisation; it becomes part of a query, so it holds no quotes."""
    if given and not given.replace(":", "").replace("-", "").replace("_", "").isalnum():
        raise BadRequestData(f"{given!r} names no organisation", where="organization")
    return given or ""
