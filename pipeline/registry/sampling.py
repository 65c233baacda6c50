"""What a camera's sampling policy must be like as a whole, for a draft and for each change."""

from dataclasses import dataclass

from models.errors import FieldProblem, InvalidError
from models.words import Sampling

_SNAPSHOT_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class SamplingPolicy:
    """How a camera is looked at; `scheme` is its address's, None where it has no address.

    Raises:
        InvalidError: its parts don't go together; every one that doesn't is named.
    """

    sampling: Sampling
    look_every_s: float
    burst_s: float
    off_hours_every_s: float | None
    scheme: str | None

    def __post_init__(self) -> None:
        problems = [problem for problem in (self._of_address(), self._of_burst(), self._of_off_hours()) if problem]
        if problems:
            raise InvalidError(*problems)

    def _of_address(self) -> FieldProblem | None:
        if self.sampling is Sampling.PUSH:
            if self.scheme is None:
                return None
            return FieldProblem(
                "address", "is left out where a camera pushes its pictures: it calls, and is not called"
            )
        if self.scheme is None:
            return FieldProblem("address", "is needed, unless sampling is push")
        if self.sampling is Sampling.SNAPSHOT and self.scheme not in _SNAPSHOT_SCHEMES:
            return FieldProblem(
                "sampling", "can be snapshot with an http:// or https:// address only; for others take burst"
            )
        return None

    def _of_burst(self) -> FieldProblem | None:
        if self.sampling is not Sampling.BURST or self.burst_s < self.look_every_s:
            return None
        return FieldProblem(
            "burst_s",
            f"must be below look_every_s ({self.look_every_s:g}); where bursts would touch, take continuous",
        )

    def _of_off_hours(self) -> FieldProblem | None:
        if self.off_hours_every_s is None or self.off_hours_every_s >= self.look_every_s:
            return None
        return FieldProblem(
            "off_hours_every_s",
            f"must not be below look_every_s ({self.look_every_s:g}); leave it out to look as often at all hours",
        )
