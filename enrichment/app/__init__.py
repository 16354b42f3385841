"""Builds the adapters from the settings, and opens and closes them in the right order."""

from enrichment.app.importing import Importer, importer, open_importer
from enrichment.app.looking import examine, open_forecaster
from enrichment.app.recording import on_record
from enrichment.app.servers import Servers, open_model, open_servers
from enrichment.app.serving import open_daemon
from enrichment.app.vectors import open_vector_keeper
from enrichment.app.worker import PIPELINE_VERSION, App, assembled, open_app

__all__ = [
    "PIPELINE_VERSION",
    "App",
    "Importer",
    "Servers",
    "assembled",
    "examine",
    "importer",
    "on_record",
    "open_app",
    "open_daemon",
    "open_forecaster",
    "open_importer",
    "open_model",
    "open_servers",
    "open_vector_keeper",
]
