"""Loads the settings from the environment, secret files and a TOML file, and reports every mistake at once."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from enrichment.errors import ConfigurationError
from enrichment.settings import PREFIX, Settings

# Read by the start of the program or by tests before any setting is.
OUTSIDE = frozenset({"ENRICHMENT_CONFIG", "ENRICHMENT_FAILPOINTS", "ENRICHMENT_ENVIRONMENT"})

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_UNKNOWN = "there is no such setting"


def load_settings(config: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings; ``overrides`` (from the command line) win over the environment, which wins over the file.

    Raises ``ConfigurationError`` with one line per mistake, each naming the setting and never its value.
    """
    config = config or (Path(named) if (named := os.environ.get("ENRICHMENT_CONFIG")) else None)
    mistakes = [f"{name}: {_UNKNOWN}" for name in unknown_variables(os.environ)]
    try:
        return _checked(_sources(config)(**(overrides or {})), mistakes)
    except ValidationError as error:
        mistakes += [_sentence(found) for found in error.errors(include_input=False, include_url=False)]
    raise ConfigurationError("\n".join(dict.fromkeys(mistakes)))


def names(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[tuple[str, str, bool]]:
    """Yield every setting as (environment variable, description, is it a secret), in the order of the classes."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from names(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field.description or "", "SecretStr" in str(kind)


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that look like ours and are none."""
    known = {name for name, _, _ in names()} | {f"{name}_FILE" for name, _, secret in names() if secret} | OUTSIDE
    return sorted(name for name in environ if name.upper().startswith(PREFIX) and name.upper() not in known)


def redacted(settings: BaseModel) -> dict[str, Any]:
    """Return the effective settings for people's eyes: secrets as asterisks, everything else as JSON would hold it."""
    return {name: _masked(value) for name, value in settings.model_dump(mode="json", warnings=False).items()}


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Hide what stands before the host in an address: it may be a key."""
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return _CREDENTIALS.sub("**********@", value) if isinstance(value, str) else value


class _Environment(EnvSettingsSource):
    """The environment, where a secret may also stand in a file that ``…_FILE`` names."""

    def __call__(self) -> dict[str, Any]:
        found = {name: value for name, value in super().__call__().items() if name in Settings.model_fields}
        for section in (value for value in found.values() if isinstance(value, dict)):
            for name in [name for name in section if name.endswith("_file")]:
                section[name.removesuffix("_file")] = _secret(section.pop(name), name)
        return found


def _secret(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"…__{name.upper()}: the file that it names cannot be read") from None


def _sources(config: Path | None) -> type[Settings]:
    """Return the settings with their sources: command line, environment and secret files, TOML file."""

    class Loaded(BaseSettings, Settings):
        model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            below = (TomlConfigSettingsSource(settings_cls, _readable(config)),) if config else ()
            return (init_settings, _Environment(settings_cls), *below)

    return Loaded


def _readable(path: Path) -> Path:
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: is not TOML ({error})") from None
    return path


def _checked(settings: Settings, mistakes: list[str]) -> Settings:
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return settings


def _sentence(found: ErrorDetails) -> str:
    name = PREFIX + "__".join(str(part).upper() for part in found["loc"])
    if found["type"] == "extra_forbidden":
        return f"{name}: {_UNKNOWN}"
    message = found["msg"].removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}"
