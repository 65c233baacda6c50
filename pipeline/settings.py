"""All settings below the roadmap, composed from one TOML file and `NAZAR_` variables.

A variable names a section and a key: `NAZAR_STREAMS__OPEN_TIMEOUT_S=5`. Variables win over the
file, the file over the defaults. An unknown key, in either, stops the start.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from models.settings import ModelsSettings
from pipeline.errors import SettingsError
from pipeline.labelling.settings import LabellingSettings
from pipeline.retention_settings import RetentionSettings
from streams.settings import StreamSettings
from vision.settings import VisionSettings

PREFIX = "NAZAR_"
CONFIG_VARIABLE = "NAZAR_CONFIG"

_S = TypeVar("_S", bound="Settings")


class PipelineSettings(BaseModel):
    """How cameras are watched and windows recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    refresh_s: float = Field(5.0, gt=0, description="How often the supervisor looks for changed cameras, in seconds.")
    first_record_s: float = Field(
        8.0, gt=0, description="Seconds of looking after which a new run's first, partial observation is written."
    )
    latest_view_every_s: float = Field(
        5.0,
        gt=0,
        description="How often, at most, a placement's latest view is renewed while somebody watches it, in seconds; "
        "unwatched it is renewed with each window's picture.",
    )
    derive_every_s: float = Field(
        300.0, gt=0, description="How often every watched project is derived again, so that silence is noticed."
    )
    backoff_first_s: float = Field(1.0, gt=0, description="Pause before the first reconnect, in seconds.")
    backoff_most_s: float = Field(300.0, gt=0, description="Longest pause between reconnects, in seconds.")
    healthy_after_s: float = Field(30.0, gt=0, description="A run this long resets the pause between reconnects.")


class Settings(BaseSettings):
    """The sections that `nazar watch` needs; api/settings.py adds the rest."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__")

    models: ModelsSettings = ModelsSettings()
    streams: StreamSettings = StreamSettings()
    vision: VisionSettings = VisionSettings()
    pipeline: PipelineSettings = PipelineSettings()
    labelling: LabellingSettings = LabellingSettings()
    retention: RetentionSettings = RetentionSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over the file, which is handed in as the initial values."""
        return env_settings, init_settings


def load_settings(schema: type[_S], environment: Mapping[str, str] | None = None) -> _S:
    """Read the settings once, at the entry point.

    Raises:
        SettingsError: the file can't be read, or a key or variable is unknown or wrong.
    """
    environment = os.environ if environment is None else environment
    _refuse_unknown_variables(schema, environment)
    try:
        return schema(**_read_file(environment.get(CONFIG_VARIABLE)))
    except ValidationError as error:
        # A value may be a secret; only its place and what is wrong with it are said.
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise SettingsError(f"Settings that can't be used: {problems}.") from None


def _read_file(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    try:
        return tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {name} ({CONFIG_VARIABLE}) can't be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {name} is not TOML: {error}.") from error


def _refuse_unknown_variables(schema: type[Settings], environment: Mapping[str, str]) -> None:
    known = {CONFIG_VARIABLE}
    for section, field in schema.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            known |= {f"{PREFIX}{section}__{key}".upper() for key in annotation.model_fields}
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(f"Unknown setting {', '.join(unknown)}. Known are: {', '.join(sorted(known))}.")
