"""What may be set about the labelling queue."""

from pydantic import BaseModel, ConfigDict, Field


class LabellingSettings(BaseModel):
    """The section `labelling` of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames_per_day: int = Field(
        3, ge=0, le=50, description="Most frames of a placement and site day that are queued; 0 queues none."
    )
    check_every_s: float = Field(
        600.0, gt=0, description="How often a placement's look is asked whether the detector is sure, in seconds."
    )
    low_share: float = Field(
        0.5, gt=0, lt=1, description="Doubt begins at this share of the detector's threshold for counting."
    )
    least_doubt: float = Field(
        0.5, ge=0, description="Frames of less doubt are not queued; 1 is about one box that somebody should look at."
    )
    keep_days: int = Field(90, ge=1, le=3650, description="Days after which a queued frame is deleted.")
    unredacted_is_allowed: bool = Field(
        False, description="Whether an admin may open the queue for unredacted frames at all."
    )
    unredacted_most_hours: int = Field(
        72, ge=1, le=720, description="Longest time for which the unredacted queue can be opened, in hours."
    )
    unredacted_keep_days: int = Field(
        14, ge=1, le=90, description="Days after which an unredacted frame is deleted, labelled or not."
    )
