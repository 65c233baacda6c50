"""A camera that was moved is told from one that stands, and what can't be told is not called moved."""

import threading
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from api.sample_sites import sample_sites
from sample_footage.footage import read_json
from streams.archive import ArchiveClip
from tests.support.scenes import HEIGHT_PX, WIDTH_PX, view
from vision.detector import Image
from vision.view_shift import UNMOVED, ViewFeatures, ViewShift, view_features, view_shift

LEAST_MOVE_SHARE = 0.012


def shift_of(picture: Image, reference: Image | None = None) -> ViewShift:
    return view_shift(view_features(view() if reference is None else reference), view_features(picture))


@pytest.mark.parametrize(
    ("right_px", "down_px", "turn_deg"), [(33, 0, 0), (-67, 10, 1), (135, 0, -2), (0, 40, 0), (0, 0, 4), (90, -30, 3)]
)
def test_a_nudge_is_measured(right_px: float, down_px: float, turn_deg: float) -> None:
    shift = shift_of(view(right_px, down_px, turn_deg, noise=2))
    assert shift.is_known
    assert shift.rotation_deg == pytest.approx(turn_deg, abs=0.3)
    assert shift.shift_px_share >= LEAST_MOVE_SHARE
    if not turn_deg:
        assert shift.shift_px_share * WIDTH_PX == pytest.approx(np.hypot(right_px, down_px), abs=1.5)


@pytest.mark.parametrize("light", [0.45, 0.8, 1.15])
@pytest.mark.parametrize("sway_px", [-2.0, 0.0, 2.0])
def test_sway_light_and_growth_are_no_move(sway_px: float, light: float) -> None:
    shift = shift_of(view(sway_px, sway_px / 2, light=light, noise=3, built=0.9))
    assert shift.is_known
    assert shift.shift_px_share < LEAST_MOVE_SHARE / 2


def test_a_nudge_is_measured_behind_what_was_built_since() -> None:
    shift = shift_of(view(60, noise=3, light=0.7, built=0.9))
    assert shift.is_known
    assert shift.shift_px_share * WIDTH_PX == pytest.approx(60, abs=2)


def test_what_cannot_be_told_is_not_known() -> None:
    assert not shift_of(np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)).is_known
    assert not shift_of(view(40, light=0.015)).is_known
    fog = cv2.GaussianBlur(view(40), (0, 0), 14) * 0.2 + 150
    assert not shift_of(fog.astype(np.uint8)).is_known
    assert not shift_of(view(scene=2)).is_known
    assert not shift_of(np.full((HEIGHT_PX, WIDTH_PX, 3), 127, np.uint8), view(scene=2)).is_known


def test_a_thing_that_moves_before_a_still_view_is_no_move() -> None:
    reference, picture = view(), view(noise=1)
    # A lorry's load, as large as a sixth of the picture, has gone on by 50 px.
    load = np.random.default_rng(5).integers(0, 255, (30, 48, 3), np.uint8)
    load = np.asarray(cv2.resize(load, (384, 240), interpolation=cv2.INTER_NEAREST), np.uint8)
    reference[200:440, 200:584], picture[200:440, 250:634] = load, load
    assert shift_of(picture, reference).shift_px_share < LEAST_MOVE_SHARE / 2


def test_the_clock_in_the_picture_and_a_privacy_mask_hold_no_view_still() -> None:
    mask = [(300.0, 100.0), (700.0, 100.0), (700.0, 430.0), (300.0, 430.0)]

    def _captioned(image: Image) -> Image:
        for x in range(8, WIDTH_PX, 300):
            cv2.putText(image, "CAM 1 2026-11-20", (x, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
        cv2.fillPoly(image, [np.array(mask, np.int32)], (48, 48, 48))
        return image

    one, two = (view_features(_captioned(view(right_px, noise=4)), [mask]) for right_px in (0, 45))
    shift = view_shift(one, two)
    assert shift.is_known
    assert shift.shift_px_share * WIDTH_PX == pytest.approx(45, abs=2)
    left, top, right, bottom = 300 / WIDTH_PX, 100 / WIDTH_PX, 700 / WIDTH_PX, 430 / WIDTH_PX
    x, y = one.points.T
    assert not np.any((x > left) & (x < right) & (y > top) & (y < bottom))


def test_nothing_of_a_person_is_kept() -> None:
    features = view_features(view())
    person = np.array([[400, 200, 480, 380]], np.float32)
    kept = features.outside(person, WIDTH_PX)
    x, y = kept.points.T * WIDTH_PX
    assert 0 < len(kept) < len(features)
    assert not np.any((x > 380) & (x < 500) & (y > 180) & (y < 400))
    assert features.outside(np.zeros((0, 4), np.float32), WIDTH_PX) is features


def test_features_are_stored_and_read_again() -> None:
    features = view_features(view())
    again = ViewFeatures.from_bytes(features.as_bytes())
    assert np.array_equal(again.points, features.points)
    assert np.array_equal(again.descriptors, features.descriptors)
    with pytest.raises(ValueError, match="cut short"):
        ViewFeatures.from_bytes(features.as_bytes()[:-1])


def test_shifts_are_chained_to_the_first_view() -> None:
    first, second, third = (view_features(view(right_px)) for right_px in (0, 20, 50))
    to_second = view_shift(second, third)
    chained = to_second.after(view_shift(first, second).to_reference)
    assert chained.shift_px_share * WIDTH_PX == pytest.approx(50, abs=2)
    assert to_second.after(UNMOVED).shift_px_share == pytest.approx(to_second.shift_px_share)


@pytest.mark.parametrize("yaw_deg", [0.0, 2.0, -4.0, 8.0])
def test_the_rendered_sites_are_told_still_and_moved(yaw_deg: float) -> None:
    """Each site's first looks in dry air, cropped, so that a turned camera sees something beyond it."""
    for camera in (camera for site in sample_sites() for camera in site.cameras):
        looks = _first_looks(camera.time_lapse, 8)
        reference = view_features(looks[0][40:-40, 120:-120])
        shifts = [view_shift(reference, view_features(_yawed(look, yaw_deg)[40:-40, 120:-120])) for look in looks]
        known = [shift for shift in shifts if shift.is_known]
        assert len(known) >= len(shifts) / 2, camera.name
        assert all((shift.shift_px_share > LEAST_MOVE_SHARE) is bool(yaw_deg) for shift in known), camera.name


def _first_looks(clip: Path, count: int) -> list[Image]:
    truth = read_json(clip.with_suffix(".truth.json"))["frames"]
    is_dry = [frame["weather"] in ("clear", "cloudy", "overcast") for frame in truth]
    with ArchiveClip(clip).open(threading.Event()) as run:
        dry = (frame.image for frame, holds in zip(run.frames, is_dry, strict=False) if holds)
        return list(islice(dry, count))


def _yawed(image: Image, yaw_deg: float) -> Image:
    """What a camera of 57 degrees would see turned so; its edge is smeared."""
    height, width = image.shape[:2]
    focal_px = width / 2 / np.tan(np.radians(57 / 2))
    camera = np.array([[focal_px, 0, width / 2], [0, focal_px, height / 2], [0, 0, 1]])
    angle = np.radians(yaw_deg)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    mapped = camera @ turn @ np.linalg.inv(camera)
    return np.asarray(cv2.warpPerspective(image, mapped, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)
