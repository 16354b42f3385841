"""The command ``health``, which a container asks twice a minute: it loads the stores' clients only to ask them."""

import click
import httpx

from enrichment.cli.commands import loaded
from enrichment.cli.context import Invocation, in_event_loop, json_option, pass_invocation, print_json
from enrichment.cli.exits import Exit
from enrichment.errors import DependencyUnavailable, EnrichmentError
from enrichment.settings import USUAL_PORT, WebSettings

# Less than the patience of a container's health check.
LIVE_SECONDS = 5.0


@click.command(short_help="Tell by the exit code whether all that is needed answers.")
@click.option("--live", is_flag=True, help="Ask the worker that runs here whether its loop turns, and nothing else.")
@json_option
@pass_invocation
def health(invocation: Invocation, *, live: bool, as_json: bool) -> int:
    """Tell by the exit code whether Postgres and Qdrant answer, or whether a worker is alive: 0 yes, 69 no.

    \b
    Examples:
      enrichment health && echo fine
      enrichment health --live
    """
    settings = invocation.settings()
    try:
        _ask_worker(settings.web) if live else in_event_loop(loaded("inspection", "ask_stores")(settings))
    except EnrichmentError as error:
        if as_json:
            print_json({"healthy": False, "reason": str(error)})
        raise
    print_json({"healthy": True, "reason": None}) if as_json else click.echo("healthy")
    return Exit.DONE


def _ask_worker(web: WebSettings) -> None:
    """Ask /livez; raises ``DependencyUnavailable`` unless it says yes."""
    host = "127.0.0.1" if web.host in {"0.0.0.0", "::", "localhost"} else web.host  # noqa: S104 - compared, not bound
    address = f"http://[{host}]" if ":" in host else f"http://{host}"
    try:
        answer = httpx.get(f"{address}:{web.port or USUAL_PORT}/livez", timeout=LIVE_SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        raise DependencyUnavailable("worker", f"does not answer ({type(error).__name__})") from error
    if answer.status_code != httpx.codes.OK:
        raise DependencyUnavailable("worker", "its loop is stuck")
