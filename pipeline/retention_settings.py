"""How long pictures are kept."""

from pydantic import BaseModel, ConfigDict, Field


class RetentionSettings(BaseModel):
    """The section `retention` of the settings.

    Frames of the labelling queue have days of their own (`labelling`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # A week, for daily views are made from them, also by a machine that stood still over a few days.
    picture_days: int = Field(
        90,
        ge=7,
        le=36_500,
        description="Days after which a window's picture is removed, counted from when it was stored, unless a site "
        "day, a signal, a proposed status, a decision or a flag cites it.",
    )
    after_project_days: int = Field(
        365,
        ge=0,
        le=36_500,
        description="Days after which a retired project's daily views are removed; until then they are kept.",
    )
