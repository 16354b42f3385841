"""Builds the adapters from the settings and opens and closes them in the right order."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import structlog

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.embedded import embedded
from enrichment.adapters.in_memory import InMemoryBacklog, NoHistory, NoMemory
from enrichment.cycle import Cycle, CycleOptions
from enrichment.domain.batches import Limits
from enrichment.domain.selection import Selection
from enrichment.forecast import Forecaster
from enrichment.loop import Rhythm
from enrichment.ports import Model, Ports
from enrichment.settings import Settings
from enrichment.turn import TurnLimits

log = structlog.get_logger()
