from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from vision.taxonomy import PERSON_ID
from vision.training.batches import loader, planned_epoch, set_shares
from vision.training.sample import TRAIN, Sample, SampleBox
from vision.training.settings import TrainingSettings

SETTINGS = replace(
    TrainingSettings(), epochs=6, image_size_px=96, pictures_per_epoch=40, batch=8, loader_workers=0, closing_share=0.34
)


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    made = []
    for set_name, count in (("site-photos", 17), ("excavators", 5), ("ppe", 3)):
        for number in range(count):
            path = f"{set_name}-{number}.jpg"
            cv2.imwrite(str(tmp_path / path), np.full((60, 80, 3), 9 * number, np.uint8))
            made.append(Sample(path, TRAIN, set_name, 80, 60, (SampleBox(PERSON_ID, (20, 10, 50, 50)),)))
    return made


def test_each_set_has_its_share_of_an_epoch(samples: list[Sample]) -> None:
    drawn = Counter(one.set_name for batch in planned_epoch(samples, SETTINGS, 0) for one in batch.primary)
    assert drawn == {"site-photos": 30, "excavators": 6, "ppe": 4}


def test_a_share_of_a_set_that_is_missing_goes_to_the_others(samples: list[Sample]) -> None:
    only = [one for one in samples if one.set_name != "ppe"]
    assert set_shares(only, SETTINGS) == pytest.approx({"excavators": 0.15, "site-photos": 0.85})
    assert set_shares([one for one in samples if one.set_name == "ppe"], SETTINGS) == {"ppe": 1}


def test_every_picture_is_seen_before_one_is_seen_again_too_often(samples: list[Sample]) -> None:
    drawn = Counter(
        one.path for epoch in range(3) for batch in planned_epoch(samples, SETTINGS, epoch) for one in batch.primary
    )
    of_site = [drawn[one.path] for one in samples if one.set_name == "site-photos"]
    assert set(of_site) == {5, 6}


def test_an_epoch_is_the_same_wherever_it_is_made_and_unlike_the_next(samples: list[Sample], tmp_path: Path) -> None:
    first, again, other = (next(iter(loader(tmp_path, samples, SETTINGS, epoch))) for epoch in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert first["img"].shape != other["img"].shape or not torch.equal(first["img"], other["img"])


def test_the_closing_epochs_show_single_pictures(samples: list[Sample], tmp_path: Path) -> None:
    assert SETTINGS.closing_epoch == 4
    only_mosaics = replace(SETTINGS, mosaic_share=1.0, collage_share=0.0)
    boxes = [
        max(Counter(batch["batch_idx"].tolist()).values())
        for epoch in (0, 4)
        for batch in loader(tmp_path, samples, only_mosaics, epoch)
    ]
    assert max(boxes[:5]) == 4
    assert max(boxes[5:]) == 1


def test_only_pictures_of_one_kind_share_a_shelf(samples: list[Sample], tmp_path: Path) -> None:
    pieces = [replace(one, is_piece=True) for one in samples if one.set_name == "site-photos"]
    wholes = [replace(one, boxes=()) for one in samples if one.set_name == "excavators"]
    only_shelves = replace(SETTINGS, mosaic_share=0.0, collage_share=0.0, shelf_share=1.0, wide_share=0.0)
    counts = [
        batch["batch_idx"].tolist().count(place)
        for batch in loader(tmp_path, pieces + wholes, only_shelves, 5)
        for place in range(len(batch["img"]))
    ]
    assert set(counts) == {0, 4}


def test_batches_come_square_and_wide_in_whole_strides(samples: list[Sample]) -> None:
    plans = [batch for epoch in range(20) for batch in planned_epoch(samples, SETTINGS, epoch)]
    shapes = {batch.shape for batch in plans}
    assert all(side % 32 == 0 for shape in shapes for side in shape)
    assert any(height < width for height, width in shapes)


def test_the_opening_epochs_are_small_and_the_closing_ones_full_size(samples: list[Sample]) -> None:
    fixed = replace(SETTINGS, multi_scale=False, wide_share=0.0, opening_size_share=0.67)
    shapes = [{batch.shape for batch in planned_epoch(samples, fixed, epoch)} for epoch in (0, SETTINGS.closing_epoch)]
    assert shapes == [{(64, 64)}, {(96, 96)}]
