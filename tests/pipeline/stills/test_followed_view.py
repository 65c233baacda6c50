"""What is told of a folder whose pictures show another view than the reference, with the shipped detector."""

from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from pipeline.stills.followed_view import FollowedView
from pipeline.stills.still_folder import Reference, Still
from tests.support.stills import noons
from tests.support.video import Image
from vision.progress.cell_view import open_cell_looker
from vision.settings import VisionSettings
from vision.sight import open_detector


def told(shown: list[Image], first_at: datetime) -> list[str]:
    """What is told of one picture a day, of which the first is the reference."""
    stills = [Still(f"day-{day}.jpg", first_at + timedelta(days=day), image.copy) for day, image in enumerate(shown)]
    notes: list[str] = []
    reference = Reference(stills[0].name, first_at, shown[0])
    view = FollowedView(reference, [], open_detector(VisionSettings()), open_cell_looker(), notes.append)
    assert len(list(view.days(stills))) == len(shown)
    return [note for note in notes if "could be laid over the reference day-0.jpg" in note]


@pytest.fixture(scope="module")
def looks() -> tuple[list[Image], datetime]:
    images, times = noons(2)
    return images, datetime.fromisoformat(times[0])


def test_that_nothing_but_the_reference_lies_over_it_is_told(looks: tuple[list[Image], datetime]) -> None:
    (reference, _), first_at = looks
    noise = np.random.default_rng(5).integers(0, 255, (27, 48, 3), np.uint8)
    other_view = np.asarray(cv2.resize(noise, (960, 540), interpolation=cv2.INTER_NEAREST), np.uint8)
    (note,) = told([reference, other_view, other_view], first_at)
    assert note.startswith("No other picture could be laid over the reference day-0.jpg: nothing was seen")


def test_pictures_that_lie_over_the_reference_are_not_told_of(looks: tuple[list[Image], datetime]) -> None:
    images, first_at = looks
    assert told(images, first_at) == []


def test_a_reference_that_is_alone_is_not_told_of(looks: tuple[list[Image], datetime]) -> None:
    images, first_at = looks
    assert told(images[:1], first_at) == []
