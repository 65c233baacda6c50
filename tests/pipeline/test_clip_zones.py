"""Zones from a file that a person wrote, or from a card that somebody edited."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.clip_zones import read_zones
from pipeline.errors import FootageError

HALF = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
CLIP = Path("mast-1/clip-1.mp4")
CAMERA = {"clips": [{"file": "mast-1/clip-1.mp4"}], "zones": [{"key": "yard", "purpose": "work_area", "polygon": HALF}]}


def read(folder: Path, content: Any) -> list[str]:
    (folder / "site.json").write_text(json.dumps(content), encoding="utf-8")
    return list(read_zones(folder / "site.json", folder / CLIP).zones.work_areas)


def test_a_cards_zones_are_those_of_the_camera_that_names_the_clip(tmp_path: Path) -> None:
    other = {"clips": [{"file": "mast-2/clip-1.mp4"}], "zones": []}
    assert read(tmp_path, {"cameras": [other, {**CAMERA, "key": "mast-1"}]}) == ["yard"]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"cameras": ["mast-1"]}, "site.json: 'cameras' is no list of objects"),
        ({"cameras": {"mast-1": CAMERA}}, "site.json: 'cameras' is no list of objects"),
        ({"cameras": [{**CAMERA, "clips": ["clip-1.mp4"]}]}, "site.json: 'clips' is no list of objects"),
        ({"cameras": [{**CAMERA, "clips": None}]}, "site.json: 'clips' is no list of objects"),
        ({"cameras": [{**CAMERA, "zones": [7]}]}, "site.json: 'zones' is no list of objects"),
        ({"cameras": [{**CAMERA, "zones": [{"key": "yard", "polygon": HALF}]}]}, "zone 1, 'yard', purpose: "),
        ({"cameras": [{**CAMERA, "zones": [{"purpose": "gate", "polygon": HALF}]}]}, "zone 1, name: "),
        ({"cameras": [{"key": "mast-1"}]}, "has no camera with the clip"),
        ({}, "has no camera with the clip"),
        (7, "site.json is neither a list of zones nor a site's card"),
        ([7], "zone 1, "),
    ],
)
def test_a_card_that_is_made_otherwise_is_refused_with_what_to_do(tmp_path: Path, card: Any, said: str) -> None:
    with pytest.raises(FootageError) as refused:
        read(tmp_path, card)
    assert said in str(refused.value)
