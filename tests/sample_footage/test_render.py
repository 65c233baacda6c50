"""Rendering itself, in the environment that `make prove` sets up for it; elsewhere these are skipped."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sample_footage.footage import read_json

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "var" / "render-venv" / "bin" / "python"
pytestmark = [
    pytest.mark.skipif(not PYTHON.exists(), reason="needs Blender's package: `make prove` installs it"),
]


def _render(*arguments: str) -> str:
    command = [str(PYTHON), "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.bar("Boxes and masks in truth match the pixels")
@pytest.mark.parametrize(("site", "view"), [("hospital", 0), ("road-bridge", 1)])
def test_boxes_off_the_id_mask_agree_with_arithmetic_through_the_lens(site: str, view: int) -> None:
    arguments = ("--site", site, "--seed", "31", "--view", str(view), "--looks", "4")
    output = _render("sample_footage.render.mask_check", *arguments)
    boxes = [json.loads(line.removeprefix("box ")) for line in output.splitlines() if line.startswith("box ")]
    assert len(boxes) > 15
    whole = 0
    for line in boxes:
        box, projected = np.array(line["xyxy"]), np.array(line["projected_xyxy"])
        # Rounded edges of meshes lie a little inside the corners that are projected.
        assert (box[:2] >= projected[:2] - 2).all(), line
        assert (box[2:] <= projected[2:] + 2).all(), line
        whole += bool((np.abs(box - projected) <= 4).all())
    # The rest is partly hidden behind something.
    assert whole > 0.5 * len(boxes)


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("footage")
    size = ("--days", "2", "--clips", "1", "--clip-seconds", "1", "--samples", "1")
    _render("sample_footage.render", "--site", "pipeline", "--seed", "5", *size, "--out", str(out))
    return out


def test_a_rendered_site_has_clips_truth_and_card(small_site: Path) -> None:
    truth = read_json(small_site / "truth.json")
    assert [day["on"] for day in truth["days"]] == sorted({day["on"] for day in truth["days"]})
    files = {path.relative_to(small_site).as_posix() for path in small_site.rglob("*.*")}
    for clip in truth["cameras"][0]["clips"]:
        assert {clip, clip.replace(".mp4", ".truth.json"), clip.replace(".mp4", ".times.json")} <= files
    assert read_json(small_site / "site.json")["last_footage_on"] == truth["days"][-1]["on"]


def test_rendering_goes_on_where_it_was_stopped_and_refuses_another_seeds_folder(small_site: Path) -> None:
    size = ("--days", "2", "--clips", "1", "--clip-seconds", "1", "--samples", "1")
    lapse = small_site / "mast-1" / "time_lapse.mp4"
    before = lapse.stat().st_mtime_ns
    (small_site / "truth.json").unlink()
    _render("sample_footage.render", "--site", "pipeline", "--seed", "5", *size, "--out", str(small_site))
    assert lapse.stat().st_mtime_ns == before
    assert (small_site / "truth.json").is_file()
    other = [str(PYTHON), "-m", "sample_footage.render", "--site", "pipeline", "--seed", "6", *size]
    result = subprocess.run([*other, "--out", str(small_site)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "seed 5; name another folder with --out" in result.stderr
