"""``run --dry-run``: plans with real prompts, prices them, sends and writes nothing."""

from contextlib import AsyncExitStack

from enrichment.app import open_forecaster
from enrichment.cli.context import console, print_json
from enrichment.cli.exits import Exit
from enrichment.domain.prompt import Prompt
from enrichment.domain.selection import Selection
from enrichment.forecast import Forecast
from enrichment.options import turn_limits
from enrichment.settings import Settings


async def dry_run(settings: Settings, selection: Selection, *, as_json: bool, show_prompt: bool) -> int:
    """Print what a run would do, and the first prompt if asked for."""
    async with AsyncExitStack() as stack:
        forecaster = await stack.enter_async_context(open_forecaster(settings))
        forecast = await forecaster.forecast(turn_limits(settings), selection)
    print_json(_report(forecast)) if as_json else _print(forecast)
    if show_prompt and forecast.first_prompt:
        _print_prompt(forecast.first_prompt)
    return Exit.DONE


def _report(forecast: Forecast) -> dict[str, int | float | bool]:
    return {
        "users": forecast.users,
        "messages": forecast.messages,
        "skipped": forecast.skipped,
        "model_calls": forecast.model_calls,
        "prompt_tokens": forecast.prompt_tokens,
        "cost_usd_low": float(forecast.cost_usd_low),
        "cost_usd_high": float(forecast.cost_usd_high),
        "price_known": forecast.price_known,
        "calibrated_on_calls": forecast.lengths.calls,
    }


def _print(forecast: Forecast) -> None:
    out = console()
    out.print(
        f"would read [bold]{forecast.messages}[/] messages of {forecast.users} users and skip {forecast.skipped}: "
        f"{forecast.model_calls} model calls, about {forecast.prompt_tokens} prompt tokens, "
        f"${forecast.cost_usd_low:.4f} to ${forecast.cost_usd_high:.4f}"
    )
    if not forecast.price_known:
        out.print("this model's price is not known: the range is made with one that is too high on purpose")
    if not forecast.lengths.calls:
        out.print("no call of this model is on record: the length of its answers is a guess")
    out.print("nothing was sent and nothing was written")


def _print_prompt(prompt: Prompt) -> None:
    # On stderr, so that `--json` on stdout stays JSON.
    out = console(stderr=True)
    out.rule("system")
    out.print(prompt.system, markup=False)
    out.rule("user")
    out.print(prompt.user, markup=False)
