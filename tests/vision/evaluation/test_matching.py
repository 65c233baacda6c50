import numpy as np
import pytest

from vision.evaluation.matching import FoundBox, HeightRange, MatchedPicture, TruthBox, match

SIZE = (200, 100)


def test_a_box_is_hit_once_and_at_the_overlaps_it_has() -> None:
    picture = MatchedPicture(
        SIZE,
        (TruthBox("person", (0, 0, 10, 40)),),
        (FoundBox("person", (0, 0, 10, 30), 0.9), FoundBox("person", (0, 0, 10, 40), 0.8)),
    )
    matches = match([picture], ["person"])["person"]["all"]
    assert matches.confidence.tolist() == [0.9, 0.8]
    # Three quarters overlap: a hit up to IoU 0.75; from 0.8 on the box is free for the second detection.
    assert matches.is_hit[:, 0].tolist() == [True] * 6 + [False] * 4
    assert matches.is_hit[:, 1].tolist() == [False] * 6 + [True] * 4
    assert matches.is_counted.all()
    assert matches.boxes.tolist() == [1]


def test_an_ignored_box_is_neither_to_be_found_nor_wrong_to_find() -> None:
    picture = MatchedPicture(
        SIZE,
        (TruthBox("machine", (0, 0, 50, 50), is_ignored=True), TruthBox("machine", (100, 0, 150, 50))),
        (FoundBox("machine", (0, 0, 50, 50), 0.9), FoundBox("machine", (0, 0, 50, 45), 0.8)),
    )
    matches = match([picture], ["machine"])["machine"]["all"]
    assert matches.boxes.tolist() == [1]
    assert not matches.is_counted[0].any()
    assert not matches.is_hit.any()


def test_heights_are_counted_in_their_own_range_only() -> None:
    picture = MatchedPicture(
        SIZE,
        (TruthBox("person", (0, 0, 10, 24)), TruthBox("person", (50, 0, 60, 23.5))),
        (FoundBox("person", (0, 0, 10, 24), 0.9), FoundBox("person", (100, 0, 110, 20), 0.8)),
    )
    heights = (HeightRange("low", 0, 24), HeightRange("high", 24, 1000))
    of = match([picture], ["person"], heights)["person"]
    assert (of["low"].boxes.tolist(), of["high"].boxes.tolist()) == ([1], [1])
    assert of["high"].is_hit[0].tolist() == [True, False]
    assert of["high"].is_counted[0].tolist() == [True, False]
    assert of["low"].is_counted[0].tolist() == [False, True]
    assert not of["low"].is_hit.any()


def test_pictures_and_categories_do_not_mix() -> None:
    box = (0.0, 0.0, 20.0, 40.0)
    pictures = [
        MatchedPicture(SIZE, (TruthBox("person", box),), (FoundBox("vehicle", box, 0.7),)),
        MatchedPicture(SIZE, (), (FoundBox("person", box, 0.6),)),
    ]
    of = match(pictures, ["person", "vehicle"])
    person, vehicle = of["person"]["all"], of["vehicle"]["all"]
    assert (person.picture.tolist(), vehicle.picture.tolist()) == ([1], [0])
    assert person.boxes.tolist() == [1, 0]
    assert not person.is_hit.any()
    assert np.sum(vehicle.boxes) == 0


@pytest.mark.parametrize("categories", [[], ["person"]])
def test_nothing_labelled_and_nothing_found_is_no_error(categories: list[str]) -> None:
    of = match([MatchedPicture(SIZE, (), ())], categories)
    assert list(of) == categories
    assert all(len(one["all"].confidence) == 0 for one in of.values())
