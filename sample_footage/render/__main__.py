"""Render a site: `python -m sample_footage.render --site hospital --seed 1 --days 12 --out DIR`."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from sample_footage.render.clip_writer import write_clip
from sample_footage.render.filming import Reel, film_live, film_time_lapse
from sample_footage.render.hospital import plan_hospital
from sample_footage.render.performance import live_takes
from sample_footage.render.renderer import Renderer
from sample_footage.render.schedule import plan_days
from sample_footage.render.school import plan_school
from sample_footage.render.site_card import write_site_card
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.truth import TrueClip, write_truth

SITES = {"hospital": (plan_hospital, 12), "school": (plan_school, 18)}
TIME_LAPSE, LIVE = "time_lapse.mp4", "live.mp4"
_TIME_LAPSE_RATE, _TIME_LAPSE_CRF = 4, 21
_LIVE_RATE, _LIVE_CRF, _LIVE_KEYFRAME_EVERY = 5, 21, 10


def main() -> int:
    """Render one site's clips, truth and card into a folder."""
    options = _read_options()
    make_plan, default_days = SITES[options.site]
    site = make_plan(options.seed, options.days or default_days)
    options.out.mkdir(parents=True, exist_ok=True)
    days = plan_days(site, options.seed)
    started = time.monotonic()

    def tell(line: str) -> None:
        print(f"[{time.monotonic() - started:6.0f} s] {site.key}: {line}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(site, options.seed)
        renderer = Renderer(Path(folder), options.samples, options.threads, options.seed)
        lapse, live = Reel([], []), Reel([], [])
        write_clip(
            options.out / TIME_LAPSE,
            film_time_lapse(stage, renderer, site, days, options.seed, lapse, tell),
            (WIDTH_PX, HEIGHT_PX),
            _TIME_LAPSE_RATE,
            len(site.looks_at),
            _TIME_LAPSE_CRF,
        )
        takes = live_takes(site, days[-1], options.seed, options.live_seconds, _LIVE_RATE)
        write_clip(
            options.out / LIVE,
            film_live(stage, renderer, takes, options.seed, live, tell),
            (WIDTH_PX, HEIGHT_PX),
            _LIVE_RATE,
            _LIVE_KEYFRAME_EVERY,
            _LIVE_CRF,
        )
    clips = [
        TrueClip(TIME_LAPSE, "time_lapse", _TIME_LAPSE_RATE, tuple(lapse.frames)),
        TrueClip(LIVE, "live", _LIVE_RATE, tuple(live.frames)),
    ]
    write_truth(options.out / "truth.json", site, options.seed, (WIDTH_PX, HEIGHT_PX), lapse.days, clips)
    write_site_card(options.out / "site.json", site, stage, lapse.days[0], clips)
    tell("done")
    return 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_footage.render", description=__doc__)
    parser.add_argument("--site", choices=sorted(SITES), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, help="site days of the time-lapse (default: the site's own)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--live-seconds", type=float, default=12.0)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
