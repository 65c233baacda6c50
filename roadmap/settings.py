"""Settings of log-ins."""

from pydantic import BaseModel, ConfigDict, Field


class RoadmapSettings(BaseModel):
    """How long people stay logged in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    login_hours: float = Field(12.0, gt=0, description="Hours after which a person logs in again.")
