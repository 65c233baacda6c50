"""Everything that is timed, each with its limit: `python -m tools.bench [NAME...]`.

Machines differ and are noisy, so a calibration figure of the same run stands first: single
precision matrix products with numpy on all cores, in Gflop/s. Limits are for 2 cores.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from api.cli.bench import bench_detector
from tools import bench_derive, bench_streams, bench_view
from tools.timing import Timing
from vision.settings import VisionSettings
from vision.speed import calibration_gflops
from vision.view_shift import view_features, view_shift

ROOT = Path(__file__).parents[1]
RENDER_PYTHON = ROOT / "var" / "render-venv" / "bin" / "python"
_FOOTAGE_LIMIT_MIN = 45.0
_VIEW_LIMIT_MS = 15.0
_DETECTOR_LIMIT_FPS, _DETECTOR_LIMIT_TIMES = 60.0, 2.5
_DETECTOR_FRAMES, _DETECTOR_ROUNDS = 48, 5
_FOOTAGE = ("--site", "road-bridge", "--seed", "4711", "--days", "20")


def footage() -> list[Timing]:
    """Render a site of 20 days of a seed that nobody has seen, both views and all clips."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(RENDER_PYTHON), "-m", "sample_footage.render", *_FOOTAGE, "--out", folder]
        started = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        minutes = (time.monotonic() - started) / 60
    return [Timing("a site of 20 days rendered", minutes, "min", _FOOTAGE_LIMIT_MIN)]


def view() -> list[Timing]:
    """Tell by how much a view has moved: corners, matching and the shift of one look; and what looks cost."""
    picture = np.random.default_rng(7).integers(0, 255, (68, 120, 3), np.uint8)
    look = np.asarray(cv2.resize(picture, (960, 540), interpolation=cv2.INTER_CUBIC), np.uint8)
    reference, took_ms = view_features(look), []
    for _ in range(20):
        started = time.process_time()
        view_shift(reference, view_features(look))
        took_ms.append((time.process_time() - started) * 1000)
    return [Timing("a look compared with its view", min(took_ms), "ms", _VIEW_LIMIT_MS), *bench_view.looks()]


def detector() -> list[Timing]:
    """From decoded 1080p pictures to boxes as shipped, beside ultralytics' predict on the same weights."""
    bench = bench_detector(VisionSettings(), _DETECTOR_FRAMES, _DETECTOR_ROUNDS)
    times = bench.times_ultralytics_torch or 0.0
    return [
        Timing("1080p pictures looked at a second", bench.frames_a_second, "/s", _DETECTOR_LIMIT_FPS, is_most=False),
        Timing("times ultralytics' predict in torch", times, "x", _DETECTOR_LIMIT_TIMES, is_most=False),
    ]


BENCHES: dict[str, Callable[[], list[Timing]]] = {
    "view": view,
    "detector": detector,
    "derive": bench_derive.derive,
    "footage": footage,
    "streams": bench_streams.streams,
    "hundred": bench_streams.hundred,
    "reconnects": bench_streams.reconnects,
}
# To see that they run; what they print holds for nothing.
SHORT: dict[str, Callable[[], list[Timing]]] = {
    "derive": bench_derive.derive_short,
    "streams": bench_streams.streams_short,
    "hundred": bench_streams.hundred_short,
    "reconnects": bench_streams.reconnects_short,
}


def main() -> int:
    """Run the benches that are named, or all, and say what keeps its limit."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--short", action="store_true", help=f"only a little of {', '.join(SHORT)}: whether they run")
    arguments = parser.parse_args()
    names = arguments.names or list(BENCHES)
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        parser.error(f"there is no bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    print(f"calibration: {calibration_gflops():.0f} Gflop/s", flush=True)
    is_met = True
    for name in names:
        for timing in (SHORT.get(name, BENCHES[name]) if arguments.short else BENCHES[name])():
            word, sign = "met" if timing.is_met else "NOT MET", "<=" if timing.is_most else ">="
            limit = f"{sign} {timing.limit:g} {timing.unit}"
            print(f"{word:<8} {timing.name:<40} {timing.figure:>9.2f} {timing.unit} ({limit})", flush=True)
            is_met = is_met and timing.is_met
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
