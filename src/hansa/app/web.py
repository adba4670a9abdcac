"""The routes of every room as one ASGI application."""

from hansa import __version__, console, desk, sectors, watch
from hansa.app import handovers, maps, reports
from hansa.app.folder.http import routes as settings_routes
from hansa.app.limits import limits
from hansa.app.metrics import Metrics
from hansa.app.node import Node
from hansa.base import times
from hansa.base.web import (
    Access,
    Operation,
    Request,
    Response,
    Route,
    WebApp,
    json_response,
    openapi,
)
from hansa.context import http
from hansa.sectors import open311

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def make_app(node: Node, *, host: str) -> WebApp:
    """The node's application. `host`: the address it listens on (roles are picked on loopback)."""
    city = node.city
    metrics = Metrics(node)
    house = console.house_of(city.settings, node.outgoing, city.clock.outside)
    sessions = console.Sessions(city, host=host, house=house)
    fixed = (
        *_health_routes(node, metrics),
        *http.routes(node.ngsi_ld, node.subscriptions),
        *settings_routes(city, node.folder),
        *console.routes(city, sessions, lambda: limits(node), maps.places(node)),
    )

    async def show_openapi(_: Request) -> Response:
        return json_response(documented)

    itself = Operation("This document", ("node",))
    described = Route("GET", "/openapi.json", show_openapi, Access.PUBLIC, itself)
    routes = (*fixed, *_told_routes(node), described)
    documented = openapi(routes, {"title": "Hansa", "version": __version__})
    world = city.world.name
    app = WebApp(
        routes,
        sessions.authenticate,
        lambda _: world,
        view=city.guard.view,
        count=city.guard.rates.count,
        ask=city.guard.ask,
        observe=metrics.observe,
        logger=node.logger,
    )
    node.heard(lambda: app.serve((*fixed, *_told_routes(node), described)))
    return app


def _told_routes(node: Node) -> tuple[Route, ...]:
    """Routes of rooms that hold settings: made anew whenever those change."""
    city = node.city
    return (
        *desk.routes(city, node.desk, node.work),
        *desk.appointment_routes(city),
        *desk.address_routes(city, node.addresses),
        *desk.shift_routes(city, node.shifts, handovers.forms(node)),
        *desk.task_routes(city, node.work),
        *desk.contact_routes(city, node.work.staff),
        *desk.worktable_routes(city, node.work),
        *desk.theme_routes(city, node.themes, node.suggester),
        *desk.outage_routes(node.outages),
        *desk.call_routes(city, node.calling),
        *desk.privacy_routes(city, node.privacy),
        *desk.report_routes(node.reporter, reports.formats(node)),
        *watch.routes(city, node.rules),
        *sectors.routes(city, node.sources, node.inbox, node.doors),
        *open311.routes(city, node.open311),
    )


def _health_routes(node: Node, metrics: Metrics) -> tuple[Route, ...]:
    async def live(_: Request) -> Response:
        return json_response({"status": "live"})

    async def ready(_: Request) -> Response:
        tasks = {
            name: {
                "failures": health.failures,
                "error": health.error,
                "since": health.failed_at and times.format_instant(health.failed_at),
            }
            for name, health in node.supervisor.health.items()
        }
        failing = sorted(name for name, task in tasks.items() if task["failures"])
        answer = {
            "status": "degraded" if failing else "ready",
            "city": node.settings.name,
            "world": node.settings.world,
            "change": node.city.last_change,
            "at": times.format_instant(node.clock.now()),
            "failing": failing,
        }
        return json_response(answer, status=503 if failing else 200)

    async def show_metrics(_: Request) -> Response:
        return Response(200, await metrics.text(), (("Content-Type", _METRICS_TYPE),))

    return (
        Route("GET", "/health/live", live, Access.PUBLIC, Operation("The process runs", ("node",))),
        Route(
            "GET",
            "/health/ready",
            ready,
            Access.PUBLIC,
            Operation(
                "The rooms are awake",
                ("node",),
                responses={200: "ready", 503: "a room fails; says which"},
            ),
        ),
        Route(
            "GET", "/metrics", show_metrics, Access.LOCAL, Operation("For Prometheus", ("node",))
        ),
    )
