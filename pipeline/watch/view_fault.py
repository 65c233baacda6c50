"""What a fault of a camera's picture is called, and what its operator is told of it."""

from dataclasses import dataclass
from datetime import UTC

from models.words import CameraState
from vision.view_health import ViewReading, ViewState

# What is seen, since when, and what to do about it.
_SENTENCES = {
    ViewState.BLACK: "Nothing but black since {since}: check the camera's power, its night mode and its lens.",
    ViewState.BLURRED: "Less sharp than usual since {since}: clean the lens or focus the camera.",
    ViewState.BLOCKED: "One thing has filled the picture since {since}: take away what stands before the lens.",
    ViewState.PLACEHOLDER: "A drawn card in the picture's place since {since}: check the line from camera to recorder.",
    ViewState.FROZEN: "One and the same picture since {since}: restart the camera or its recorder.",
}


@dataclass(frozen=True, slots=True)
class ViewFault:
    """The state that a fault puts its camera in, with the reason; both stay the same while the fault lasts."""

    state: CameraState
    reason: str


def view_fault(reading: ViewReading) -> ViewFault | None:
    """Say what is wrong with a camera's picture, or None where its state is clear."""
    if reading.state is ViewState.CLEAR:
        return None
    since = f"{reading.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return ViewFault(CameraState(reading.state.value), _SENTENCES[reading.state].format(since=since))
