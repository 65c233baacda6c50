"""Cards that recorders show in a camera's place are told from every picture of a site, fog and night included."""

from itertools import islice

import cv2
import numpy as np
import pytest

from sample_footage.footage import SITES, decode
from tests.support.spoilt_views import (
    as_jpeg,
    colour_bars,
    dimmed,
    fogged,
    in_snow,
    logo_card,
    shaded_card,
    text_card,
    with_noise,
)
from vision.placeholder_card import card

SIZE = (480, 270)
CARDS = {
    "blue": text_card(SIZE, "NO SIGNAL", (160, 40, 20)),
    "grey, in Russian": text_card(SIZE, "Нет сигнала", (60, 60, 60), (0, 200, 255)),
    "white, in Kazakh": text_card(SIZE, "Камера байланыста емес", (235, 235, 235), (20, 20, 20)),
    "shaded": shaded_card(SIZE, "VIDEO LOSS"),
    "logo": logo_card(SIZE),
    "bars": colour_bars(SIZE),
    "bars, wide": colour_bars((1920, 1080)),
    "plain blue": np.full((270, 480, 3), (190, 20, 10), np.uint8),
    "plain grey": np.full((270, 480, 3), 128, np.uint8),
    "blue, as JPEG": as_jpeg(text_card(SIZE, "Видео жоғалды", (160, 40, 20))),
    "bars, as JPEG": as_jpeg(colour_bars(SIZE)),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_drawn(name: str) -> None:
    assert card(CARDS[name]).is_drawn


def test_a_card_on_black_is_only_told_by_its_repeats() -> None:
    judged = card(text_card(SIZE, "Сигнал жоқ", (0, 0, 0)))
    assert not judged.is_drawn
    assert judged.is_drawn_on_black


def test_a_black_picture_with_a_clock_is_no_card() -> None:
    black = np.zeros((270, 480, 3), np.uint8)
    cv2.putText(black, "2026-09-07 11:00:00", (8, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)
    judged = card(black)
    assert not judged.is_drawn
    assert not judged.is_drawn_on_black


@pytest.mark.parametrize("site", ["hospital", "pipeline", "school"])
def test_a_site_is_no_card(site: str) -> None:
    pictures = list(islice(decode(SITES / site / "mast-1" / "time_lapse.mp4"), 0, 40, 3))
    for picture in pictures:
        for shown in (picture, fogged(picture, 0.7), in_snow(picture, 1), dimmed(picture, 0.2), as_jpeg(picture, 30)):
            assert not card(shown).is_drawn


def test_a_plain_wall_under_a_sensors_noise_is_no_card() -> None:
    assert not card(with_noise(np.full((270, 480, 3), 128, np.uint8), 1)).is_drawn
