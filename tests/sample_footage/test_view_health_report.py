"""What the report of view health calls a look, and that it counts every look once as a sign and once as a state."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sample_footage.footage import SITES, decode
from sample_footage.view_health_report import report, true_kind
from tests.support.spoilt_views import lorry, with_noise
from tests.support.video import encode_clip

PLAIN: dict[str, Any] = {"faults": [], "weather": "clear", "is_usable": True, "sun_elevation_deg": 30}


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (PLAIN, "plain"),
        (PLAIN | {"sun_elevation_deg": 1}, "low sun"),
        (PLAIN | {"faults": ["dirt"]}, "dirt"),
        (PLAIN | {"faults": ["dirt"], "weather": "rain"}, "rain"),
        (PLAIN | {"faults": ["dirt", "blocked"], "weather": "rain"}, "blocked"),
        (PLAIN | {"weather": "fog", "is_usable": False}, "fog that hides all"),
    ],
)
def test_a_look_is_called_by_its_fault_then_its_weather_then_its_light(frame: dict[str, Any], kind: str) -> None:
    assert true_kind(frame) == kind


def test_looks_are_counted_by_true_kind(tmp_path: Path) -> None:
    view = next(decode(SITES / "school" / "mast-1" / "clip-1.mp4"))
    looks = [with_noise(view, seed) for seed in range(6)] + [with_noise(lorry(view, (60, 140, 40)), 9)] * 3
    (tmp_path / "mast").mkdir()
    encode_clip(looks, tmp_path / "mast" / "time_lapse.mp4", gop=1)
    start = datetime(2026, 9, 7, tzinfo=UTC)
    frames = [
        PLAIN
        | {"index": number, "at": (start + number * timedelta(hours=3)).isoformat()}
        | ({"faults": ["blocked"], "is_usable": False} if number >= 6 else {})
        for number in range(len(looks))
    ]
    truth = {"kind": "time_lapse", "rate": 1, "frames": frames}
    (tmp_path / "mast" / "time_lapse.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    signs, states = report([tmp_path])
    assert signs["plain"] == {"clear": 6}
    assert signs["blocked"] == {"blocked": 3}
    assert states["blocked"] == {"clear": 1, "blocked": 2}
    assert signs["made: black"] == {"black": 4}
