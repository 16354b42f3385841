"""The list of commands, in the order in which a newcomer meets them."""

import click

from enrichment.cli.demo import demo
from enrichment.cli.engines import engines
from enrichment.cli.facts import explain, facts, feedback
from enrichment.cli.importing import import_file
from enrichment.cli.insights import insights
from enrichment.cli.inspection import doctor, health, status
from enrichment.cli.maintaining import maintain
from enrichment.cli.operating import pause, reenrich, resume
from enrichment.cli.quarantine import quarantine
from enrichment.cli.reconciling import reconcile
from enrichment.cli.running import run_command
from enrichment.cli.setup import config, migrate
from enrichment.cli.user import user

COMMANDS: tuple[click.Command, ...] = (
    demo,
    run_command,
    import_file,
    status,
    health,
    doctor,
    migrate,
    config,
    pause,
    resume,
    quarantine,
    reenrich,
    reconcile,
    engines,
    maintain,
    user,
    feedback,
    insights,
    explain,
    facts,
)
