"""Every setting, with its unit, its bounds and what it is for.

Read from ``ENRICHMENT_<SECTION>__<NAME>``, from a TOML file named by ``ENRICHMENT_CONFIG`` (or ``--config``), or from a
file whose path is in ``ENRICHMENT_<SECTION>__<NAME>_FILE`` (for secrets); the environment wins. An unknown name fails
the start.
"""

# A straight list: every setting in one place.

import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

# A straight list: one setting after the other, by concern; the reference is made of it.

PREFIX = "ENRICHMENT_"
# Of the web server, where none is named and this one is free.
USUAL_PORT = 8642


def _default_data_dir() -> Path:
    # The embedded Postgres runs as another user if root starts it, and that user cannot enter root's home.
    if os.geteuid() == 0 and "XDG_DATA_HOME" not in os.environ:
        return Path("/var/lib/enrichment")
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "enrichment"


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def _postgres_dsn(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgres://", "postgresql://")):
        raise ValueError("must start with postgresql://")
    return value


def _split(value: object) -> object:
    return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_http_url)]
Dsn = Annotated[SecretStr, AfterValidator(_postgres_dsn)]


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("must be a JSON object") from None


BotName = Annotated[str, Field(min_length=1)]
BotToken = Annotated[SecretStr, Field(min_length=16)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Seconds = Annotated[float, Field(gt=0, le=7 * 86400)]


class Section(BaseModel):
    """One concern's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)


class QdrantSettings(Section):
    """Where the agents' messages lie, and how their payloads are to be read."""

    url: Url | None = Field(None, description="Server to use; without it, the embedded engine is.")
    api_key: SecretStr | None = Field(None, description="Key of the server.")
    collections: Names = Field(
        ("*",), min_length=1, description="Collections or aliases to serve: shell patterns, separated by commas."
    )
    bot_pattern: str | None = Field(
        None, description="Regular expression with a group `bot` for collection names, where payloads name no bot."
    )
    namespaces: Annotated[dict[str, str], NoDecode, BeforeValidator(_decoded)] = Field(
        default_factory=dict,
        description="Collection pattern → namespace (JSON), where two products use the same user ids.",
    )
    fields: Annotated[dict[str, tuple[str, ...]], NoDecode, BeforeValidator(_decoded)] = Field(
        default_factory=dict, description="Message field → payload fields to look in (JSON), first hit wins."
    )
    adopt: bool = Field(default=False, description="Take messages without a status as pending too.")
    adopt_max_age_days: float | None = Field(None, gt=0, description="With adopt: leave older messages alone.")
    timeout_seconds: Seconds = Field(10, description="Deadline of one request.")
    page_size: int = Field(5000, ge=1, le=10_000, description="Points in one page of the plan pass.")
    with_vectors: bool = Field(
        default=True, description="Fetch vectors of messages that are read, for engines 1, 2, 4."
    )


class PostgresSettings(Section):
    """Where the memory lies."""

    dsn: Dsn | None = Field(None, description="Database to use; without it, the embedded one is.")
    migrate: bool = Field(default=False, description="Bring an external database's schema up to date at the start.")
    pool_size: int = Field(10, ge=1, le=100, description="Largest number of connections.")
    statement_timeout_seconds: Seconds = Field(30, description="Deadline of one statement.")
    lock_timeout_seconds: Seconds = Field(5, description="Longest wait for a lock.")
    statement_cache_size: int = Field(
        100, ge=0, le=1000, description="Prepared statements; 0 behind a transaction pooler."
    )


class ModelSettings(Section):
    """The language model, any OpenAI-compatible server."""

    base_url: Url | None = Field(
        None, description="Such as https://api.openai.com/v1; without it, offline rules are used."
    )
    api_key: SecretStr | None = Field(None, description="Key of the server.")
    name: str = Field("gpt-4o-mini", min_length=1, description="Model to ask for.")
    provider: Literal["openai", "openrouter", "vllm", "ollama", "llama_cpp", "other"] | None = Field(
        None, description="Who answers there; without it, the address tells."
    )
    data_collection: Literal["deny", "allow"] = Field(
        "deny", description="OpenRouter: whether providers behind it may keep what they are sent."
    )
    zero_data_retention: bool = Field(
        default=False, description="OpenRouter: only providers that store nothing at all."
    )
    timeout_seconds: Seconds = Field(120, description="Total deadline of one call.")
    attempts: int = Field(4, ge=1, le=10, description="Tries of one call while the server is busy or out of reach.")
    concurrency: int = Field(8, ge=1, le=256, description="Calls at a time, per replica.")
    requests_per_minute: float | None = Field(
        None, ge=1, description="Limit for all replicas together; without it, only refusals slow down."
    )
    tokens_per_minute: float | None = Field(
        None, ge=1000, description="Limit for all replicas together, answers included."
    )
    max_answer_tokens: int = Field(16_000, ge=256, le=128_000, description="Largest answer.")
    usd_per_million_prompt_tokens: Decimal | None = Field(
        None, ge=0, description="Price if the provider reports none; without it, that of config/prices.toml."
    )
    usd_per_million_cached_tokens: Decimal | None = Field(
        None, ge=0, description="The same for prompt tokens from its cache; without it, they cost like the others."
    )
    usd_per_million_answer_tokens: Decimal | None = Field(
        None, ge=0, description="The same for answers; if one of both is set, the other is 0 unless set."
    )


class EmbeddingSettings(Section):
    """Where vectors come from, of imported messages and for recall by meaning; without a server, words are hashed."""

    base_url: Url | None = Field(None, description="OpenAI-compatible server with /embeddings.")
    api_key: SecretStr | None = Field(None, description="Key of the server.")
    name: str = Field("text-embedding-3-small", min_length=1, description="Model to ask for.")
    dimensions: int | None = Field(None, ge=1, le=65_536, description="Size of vectors to ask for; None: the model's.")
    timeout_seconds: Seconds = Field(30, description="Deadline of one request, all tries of it together.")
    memory: bool = Field(default=False, description="Send what is remembered there too, to recall it by meaning.")
    collection: str = Field(
        "enrichment_memory", min_length=1, description="Collection of ours for that; never served as messages."
    )
    day_tokens: int = Field(
        5_000_000, ge=2000, description="Tokens of the memory sent a day (UTC), by all replicas together."
    )


class PolicySettings(Section):
    """When a user's messages are due."""

    preset: Literal["fresh", "thrifty"] = Field(
        "fresh", description="`fresh`: within 5 minutes. `thrifty`: 10 messages or 24 hours, at most one run an hour."
    )
    flush_tokens: int = Field(2048, ge=1, le=100_000, description="Pending tokens at which a user is due at once.")
    max_wait_seconds: Seconds | None = Field(None, description="Longest wait of a message; overrides the preset's.")


class BatchSettings(Section):
    """How much is read at once."""

    max_tokens: int = Field(4096, ge=256, le=64_000, description="Message tokens in one model call.")
    max_messages: int = Field(160, ge=1, le=1000, description="Messages in one model call.")
    turn_messages: int = Field(640, ge=1, le=10_000, description="Messages of one user before the others get a turn.")
    idle_gap_seconds: Seconds = Field(1800, description="Silence that ends a session.")
    known_tokens: int = Field(300, ge=0, le=8000, description="Tokens of known facts shown in one model call.")
    summary_tokens: int = Field(
        200, ge=0, le=2000, description="Tokens of a session's summary so far, shown where it goes on; 0: none."
    )


class BudgetSettings(Section):
    """Where spending stops; nothing is lost, it waits."""

    run_usd: Decimal | None = Field(None, ge=0, description="Per run.")
    day_usd: Decimal | None = Field(None, ge=0, description="Per day (UTC), all replicas together.")
    user_day_usd: Decimal | None = Field(None, ge=0, description="Per user and day (UTC); stops that user alone.")


class LoopSettings(Section):
    """The daemon's rhythm."""

    busy_interval_seconds: Seconds = Field(2, description="Pause between cycles while work waits.")
    idle_interval_seconds: Seconds = Field(60, description="Pause between cycles while nothing does.")
    grace_seconds: Seconds = Field(25, description="From SIGTERM to the end, with 4 s (or half) to give up in order.")
    lease_seconds: float = Field(60, ge=2, le=3600, description="Silence after which another replica takes over.")
    replan_seconds: Seconds = Field(60, description="Longest time between two looks at what is pending.")
    reconcile_seconds: Seconds = Field(300, description="Time between two passes over what is unsettled.")
    sweep_seconds: Seconds = Field(60, description="Time between two slices of the full sweep, which takes a day.")
    maintenance_seconds: Seconds = Field(60, description="Time between two passes over profiles and digests.")


class WebSettings(Section):
    """The daemon's web server: health, metrics, and what people and agents may ask."""

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; beyond loopback it wants a token.")
    port: int | None = Field(
        None, ge=0, le=65_535, description="Port to listen on, 0: any; without it, 8642 if that is free."
    )
    token: SecretStr | None = Field(None, min_length=16, description="Bearer token for all but health and metrics.")
    bot_tokens: Annotated[dict[BotName, BotToken], NoDecode, BeforeValidator(_decoded)] = Field(
        default_factory=dict,
        description="Bot name → its bearer token for /v1, at least 16 characters (JSON); each reads its own memory.",
    )
    requests_per_minute: float = Field(
        6000, ge=1, le=1_000_000, description="Requests to /v1 with one token; a tenth of it may come at once."
    )
    stuck_after_seconds: Seconds = Field(900, description="Silence of the loop after which /livez fails.")
    stalled_after_seconds: Seconds = Field(
        900, description="Time beyond the longest wait of a message after which /progress fails if nothing ends."
    )

    @model_validator(mode="after")
    def _has_different_tokens(self) -> "WebSettings":
        tokens = [token.get_secret_value() for token in (self.token, *self.bot_tokens.values()) if token]
        if len(set(tokens)) < len(tokens):
            raise ValueError("two of its tokens are the same")
        return self

    @model_validator(mode="after")
    def _has_an_operator_beside_bots(self) -> "WebSettings":
        # Whoever is no bot would be the operator on the admin page: a bot that leaves its token out, for one.
        if self.bot_tokens and self.token is None:
            raise ValueError("bot_tokens want a token of the operator beside them")
        return self


class MemorySettings(Section):
    """What the memory keeps."""

    on_message_deleted: Literal["keep", "retract"] = Field(
        "keep", description="Facts of a message that is deleted later stay, or are withdrawn by the full sweep."
    )
    summaries_days: int | None = Field(
        90, ge=1, le=36_500, description="Age at which a session's summary is folded into its month's digest."
    )
    calls_days: int | None = Field(
        365, ge=1, le=36_500, description="Age at which calls to the model, and batches nothing rests on, are dropped."
    )
    bots_share: bool = Field(default=False, description="Whether bots may draw on what was said to each other.")
    predicates: Path | None = Field(
        None, description="TOML file with further predicates, in the form of config/predicates.toml."
    )


class QualitySettings(Section):
    """Where the quality of conversations is measured; without a source, it is derived from messages."""

    source: Literal["none", "influxdb1", "influxdb2", "postgres"] = Field(
        "none", description="What measures: InfluxDB 1.x or 2.x over HTTP, or a table of a host's in Postgres."
    )
    url: Url | None = Field(None, description="InfluxDB: its address.")
    token: SecretStr | None = Field(None, description="InfluxDB 2.x: a token that may read the bucket.")
    organisation: str = Field("", description="InfluxDB 2.x: the organisation of the bucket.")
    bucket: str = Field(
        "performance_metrics", min_length=1, description="InfluxDB: the bucket, or the database of 1.x."
    )
    username: str = Field("", description="InfluxDB 1.x: who reads, if it asks.")
    password: SecretStr | None = Field(None, description="InfluxDB 1.x: their password.")
    dsn: Dsn | None = Field(None, description="Postgres: the host's database; without it, our own.")
    table: str = Field("", description="Postgres: the table, as name or schema.name.")
    time_column: str = Field("created_at", min_length=1, description="Postgres: when a row was measured.")
    bot_name: str = Field("bot", min_length=1, description="Tag or column that names the bot.")
    user_name: str = Field("user_id", min_length=1, description="Tag or column that names the user.")
    feedback_name: str = Field(
        "has_user_feedback", description="Field or column that marks what a person said; empty: none."
    )
    fields: Annotated[dict[str, tuple[str, ...]], NoDecode, BeforeValidator(_decoded)] = Field(
        default_factory=dict,
        description="Metric (engagement, satisfaction, coherence) → measurement.field, or columns (JSON).",
    )
    largest: float = Field(1, gt=0, description="The best score there is; 0 is the worst.")
    interval_seconds: Seconds = Field(300, description="Time between two requests for a bot.")
    timeout_seconds: float = Field(2, gt=0, le=30, description="Deadline of a request, tries included.")
    look_back_hours: float = Field(24, gt=0, le=720, description="How far back the first request of a process looks.")

    @model_validator(mode="after")
    def _is_whole(self) -> "QualitySettings":
        if self.source.startswith("influxdb") and self.url is None:
            raise ValueError(f"source {self.source} needs a url")
        if self.source == "influxdb2" and not self.organisation:
            raise ValueError("source influxdb2 needs an organisation")
        if self.source == "postgres" and not (self.table and self.fields):
            raise ValueError("source postgres needs a table and fields")
        if unknown := self.fields.keys() - {"engagement", "satisfaction", "coherence"}:
            raise ValueError(f"fields has no metric {', '.join(sorted(unknown))}")
        return self


class Settings(BaseModel):
    """All of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    data_dir: Path = Field(default_factory=_default_data_dir, description="Folder of the embedded servers.")
    log_format: Literal["auto", "json", "console"] = Field("auto", description="`auto`: JSON unless on a terminal.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    qdrant: QdrantSettings = QdrantSettings()
    postgres: PostgresSettings = PostgresSettings()
    model: ModelSettings = ModelSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    policy: PolicySettings = PolicySettings()
    batch: BatchSettings = BatchSettings()
    budget: BudgetSettings = BudgetSettings()
    loop: LoopSettings = LoopSettings()
    memory: MemorySettings = MemorySettings()
    quality: QualitySettings = QualitySettings()
    web: WebSettings = WebSettings()

    @property
    def lease(self) -> timedelta:
        """The lease's length."""
        return timedelta(seconds=self.loop.lease_seconds)
