"""A site's card is read in its present layout and in its first one."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from api.sample_sites import SITES, sample_sites
from tests.support.sample_cards import BuiltCamera, BuiltSite, build_site
from vision.detector import Image

SCHEMA = json.loads((SITES.parent / "card.schema.json").read_text(encoding="utf-8"))
LOOKS = [np.random.default_rng(seed).integers(0, 255, (36, 64, 3), np.uint8) for seed in range(2)]
TWO = (BuiltCamera("mast-1"), BuiltCamera("mast-2", has_live_clip=False))


def build(folder: Path, site: BuiltSite, looks: list[Image] = LOOKS) -> Path:
    path = build_site(folder, site, looks)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))
    return path


def test_the_schema_is_one_and_the_shipped_cards_of_its_layout_fit_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for path in SITES.glob("*/site.json"):
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_shipped_sites_are_read() -> None:
    sites = {site.key: site for site in sample_sites()}
    assert set(sites) == {"hospital", "pipeline", "road-bridge", "school"}
    for site in sites.values():
        assert site.cameras
        for camera in site.cameras:
            assert camera.time_lapse.is_file()
            assert camera.live_clip is None or camera.live_clip.is_file()
            assert site.look_every_s(camera) > 0
            assert camera.name == f"{site.key} {camera.card['key']}"


def test_a_site_with_two_cameras_is_read(tmp_path: Path) -> None:
    build(tmp_path, BuiltSite("two", TWO, days=3))
    (site,) = sample_sites(tmp_path)
    first, second = site.cameras
    assert (first.name, second.replay_key) == ("two mast-1", "two-mast-2")
    assert first.live_clip == tmp_path / "two" / "mast-1" / "clip-1.mp4"
    assert (first.is_offline, second.is_offline) == (False, True)
    assert (len(first.times), site.shown_until) == (9, date(2026, 9, 16))
    # Nine scheduled hours a day, three looks.
    assert site.look_every_s(first) == pytest.approx(3 * 3600)


def test_the_demos_wishes_are_read(tmp_path: Path) -> None:
    demo = {
        "shown_until": "2026-09-15",
        "offline_cameras": ["mast-1"],
        "live_clip": {"mast-2": "mast-2/time_lapse.mp4"},
    }
    cameras = (BuiltCamera("mast-1"), BuiltCamera("mast-2"))
    build(tmp_path, BuiltSite("wished", cameras, days=3, demo=demo))
    (site,) = sample_sites(tmp_path)
    first, second = site.cameras
    assert first.is_offline
    assert second.live_clip == tmp_path / "wished" / "mast-2" / "time_lapse.mp4"
    assert site.footage_days(second) == [date(2026, 9, 14), date(2026, 9, 15)]
    assert len(site.shown_times(second)) == 6
