"""`nazar bench detector` measures ours and ultralytics' side by side; how fast is tools/bench.py's business."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest


@pytest.fixture(scope="module")
def bench() -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")}
    command = [sys.executable, "-m", "api.cli.main", "bench", "detector", "--frames", "2", "--rounds", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=250)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_ours_and_theirs_are_measured_on_the_same_frames(bench: dict[str, object]) -> None:
    speeds = bench["speeds"]
    assert isinstance(speeds, list)
    boxes = {speed["name"]: speed["boxes_a_frame"] for speed in speeds}
    assert {"nazar fp32, one at a time", "nazar fp32, 8 in a call"} <= set(boxes)
    assert {"ultralytics predict, torch, one at a time", "ultralytics predict, torch, batches of 8"} <= set(boxes)
    assert all(speed["frames_a_second"] > 0 and speed["cpu_ms_a_frame"] > 0 for speed in speeds)
    # The same weights see much the same; a contender that found nothing would be fast for a bad reason.
    assert min(boxes.values()) > 0
    assert max(boxes.values()) - min(boxes.values()) <= 0.3 * max(boxes.values()) + 0.5


def test_onnx_is_measured_or_its_absence_is_said(bench: dict[str, object]) -> None:
    assert isinstance(bench["speeds"], list)
    assert isinstance(bench["left_out"], dict)
    is_measured = any("ONNX" in speed["name"] for speed in bench["speeds"])
    is_there = find_spec("onnx") is not None and find_spec("onnxruntime") is not None
    assert is_measured == is_there
    assert any("ONNX" in name for name in bench["left_out"]) != is_there


def test_the_figures_that_bars_are_held_against_are_there(bench: dict[str, object]) -> None:
    assert bench["frame_px"] == [1920, 1080]
    assert bench["image_size_px"] == 640
    figures = [bench[name] for name in ("frames_a_second", "times_ultralytics_torch", "calibration_gflops", "cores")]
    assert all(isinstance(figure, float | int) and figure > 0 for figure in figures)
