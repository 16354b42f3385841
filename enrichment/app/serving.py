"""The daemon: a worker whose health, figures and pages can be asked for over HTTP while it works."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address

import structlog
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from enrichment import __version__, options
from enrichment.adapters.monitoring.figures import FigureReader
from enrichment.adapters.monitoring.health import Health
from enrichment.adapters.monitoring.pulse import Pulse
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.monitoring.watched import watched
from enrichment.adapters.supervisor import Supervisor, supervised
from enrichment.app.administration import access_of, administration
from enrichment.app.apart import for_pages
from enrichment.app.api import open_api
from enrichment.app.servers import open_model, open_servers
from enrichment.app.sources import open_quality
from enrichment.app.vectors import keeping_vectors
from enrichment.app.waking import waking
from enrichment.app.worker import PIPELINE_VERSION, App, assembled
from enrichment.errors import ConfigurationError
from enrichment.settings import USUAL_PORT, Settings, WebSettings
from enrichment.web.admin import admin_page
from enrichment.web.admin.ports import Administration
from enrichment.web.api import ApiMount
from enrichment.web.probes import probe_routes
from enrichment.web.server import listen, served

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What is known of a worker's health while it works."""

    pulse: Pulse
    health: Health


@asynccontextmanager
async def open_daemon(settings: Settings, stopping: asyncio.Event | None = None) -> AsyncIterator[App]:
    """Open a worker that is watched, and serve what is seen; raises ``ConfigurationError`` if it may not be served.

    ``stopping`` is set when it is to end, which a supervisor that asks is told.
    """
    listening = _listening(settings.web)
    metrics = Metrics(_fixed_labels(settings))
    async with AsyncExitStack() as stack:
        if listening is not None:
            stack.callback(listening.close)
        servers = await stack.enter_async_context(open_servers(settings, metrics=metrics))
        model = await stack.enter_async_context(open_model(settings))
        quality = await stack.enter_async_context(open_quality(settings, servers.database))
        app = assembled(settings, servers, model, trigger="daemon", quality=quality)
        monitor = _monitor(app, metrics)
        beating = asyncio.create_task(monitor.pulse.beat(), name="heartbeat-of-the-loop")
        stack.callback(beating.cancel)
        # Behind a pooler nothing can be listened to: requests wait for the next look.
        if servers.dsn is not None and settings.postgres.statement_cache_size:
            await stack.enter_async_context(waking(servers.dsn, app.woken))
        await stack.enter_async_context(keeping_vectors(app))
        if listening is not None:
            asked = await stack.enter_async_context(for_pages(app, metrics))
            admin = await stack.enter_async_context(administration(asked))
            agents = await stack.enter_async_context(open_api(asked, metrics))
            await stack.enter_async_context(served(_pages(monitor, app, admin, agents), listening))
        supervisor = Supervisor.named_in(os.environ)
        told = supervised(supervisor, lambda: monitor.health.live().ok, stopping or asyncio.Event())
        await stack.enter_async_context(told)
        yield replace(app, ports=watched(app.ports, monitor.pulse))


def _monitor(app: App, metrics: Metrics) -> Monitor:
    settings, servers = app.settings, app.servers
    pulse = Pulse(metrics, app.ports.clock)
    figures = FigureReader(servers.database, metrics, app.ports.clock, settings.budget.day_usd)
    health = Health(
        pulse=pulse,
        figures=figures,
        probes={"postgres": servers.database.answers, "qdrant": servers.qdrant.answers},
        gate=app.ports.gate,
        stuck_seconds=settings.web.stuck_after_seconds,
        stalled_seconds=settings.web.stalled_after_seconds + options.due_policy(settings).max_wait.total_seconds(),
    )
    return Monitor(pulse=pulse, health=health)


def _pages(monitor: Monitor, app: App, admin: Administration, agents: ASGIApp) -> ASGIApp:
    mounted = [Mount("/admin", admin_page(admin, access_of(app.settings.web))), ApiMount("/v1", agents)]
    at_first = Route("/", lambda _: RedirectResponse("/admin/"))
    return Starlette(routes=[*probe_routes(monitor.health), at_first, *mounted])


def _fixed_labels(settings: Settings) -> dict[str, str]:
    return {
        "model": "offline" if settings.model.base_url is None else settings.model.name,
        "version": __version__,
        "pipeline_version": str(PIPELINE_VERSION),
    }


def _listening(web: WebSettings) -> socket.socket | None:
    """Return the socket to serve on; None where no port was asked for and the usual one is taken."""
    if web.token is None and not _is_loopback(web.host):
        raise ConfigurationError(
            f"ENRICHMENT_WEB__TOKEN: is needed to listen on {web.host}; without one, only loopback is served"
        )
    if web.port is not None:
        return listen(web.host, web.port)
    try:
        return listen(web.host, USUAL_PORT)
    except ConfigurationError as error:
        log.warning("web.left_out", reason=str(error))
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
