"""Render a site: `python -m sample_footage.render --site hospital --seed 1 --days 60 --out DIR`.

Each clip is a unit that is written whole or not at all: stopped and started again with the same
arguments, rendering goes on with the clip it was at.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sample_footage.render.clip_writer import write_clip
from sample_footage.render.filming import Film
from sample_footage.render.hospital import plan_hospital
from sample_footage.render.looks import time_lapse_takes
from sample_footage.render.parts import clip_takes
from sample_footage.render.pipeline import plan_pipeline
from sample_footage.render.renderer import Renderer
from sample_footage.render.road_bridge import plan_road_bridge
from sample_footage.render.school import plan_school
from sample_footage.render.site_card import camera_card, write_site_card
from sample_footage.render.site_plan import ClipPlan, MakeSite, SitePlan, View
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.story import Story, tell_story
from sample_footage.render.truth import SCHEMA_VERSION, TIME_LAPSE, true_days, write_clip_truth, write_truth

SITES: dict[str, MakeSite] = {
    "hospital": plan_hospital,
    "road-bridge": plan_road_bridge,
    "school": plan_school,
    "pipeline": plan_pipeline,
}
_TIME_LAPSE_RATE, _CLIP_RATE = 3, 5
_CRF = 27
_CLIP_KEYFRAME_EVERY = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """One clip to render: a view's time-lapse where `clip` is None."""

    view: View
    clip: ClipPlan | None

    @property
    def name(self) -> str:
        """Its path without an ending, below the site's folder."""
        return f"{self.view.key}/{TIME_LAPSE if self.clip is None else self.clip.key}"


def main() -> int:
    """Render what is missing of one site's clips; then write its truth and its card."""
    options = _read_options()
    site = SITES[options.site](options.seed, options.days)
    story = tell_story(site, options.seed)
    # The story is that of the whole plan, however few of its clips are filmed.
    site = replace(site, clips=site.clips[: options.clips])
    units = [Unit(view, None) for view in site.views] + [Unit(site.view(clip.view), clip) for clip in site.clips]
    started = time.monotonic()

    def tell(line: str) -> None:
        print(f"[{time.monotonic() - started:6.0f} s] {site.key}: {line}", file=sys.stderr, flush=True)

    for unit in units:
        if options.unit in (None, unit.name) and not _is_done(options, unit):
            _film(options, site, story, unit, tell)
    if all(_is_done(options, unit) for unit in units):
        _write_site(options, site, story)
        tell("done")
    return 0


def _film(options: argparse.Namespace, site: SitePlan, story: Story, unit: Unit, tell: Callable[[str], None]) -> None:
    path = options.out / f"{unit.name}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    size = WIDTH_PX, HEIGHT_PX
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(site, unit.view, options.seed)
        renderer = Renderer(Path(folder), options.samples, options.threads, options.seed)
        film = Film(stage, renderer, options.seed, unit.name, lambda line: tell(f"{unit.name} {line}"))
        if unit.clip is None:
            takes = (take for day in story.days for take in time_lapse_takes(site, unit.view, story, day, options.seed))
            exposures = film.time_lapse(takes, story.nudges[unit.view.key])
            write_clip(path, exposures, size, _TIME_LAPSE_RATE, len(site.looks_at), _CRF)
        else:
            shots = clip_takes(site, unit.clip, story, options.seed, options.clip_seconds, _CLIP_RATE)
            write_clip(
                path, film.clip(shots, story.nudges[unit.view.key]), size, _CLIP_RATE, _CLIP_KEYFRAME_EVERY, _CRF
            )
        rate = _TIME_LAPSE_RATE if unit.clip is None else _CLIP_RATE
        write_clip_truth(_truth_path(options, unit), {**_head(options, unit), "rate": rate}, film.frames)


def _write_site(options: argparse.Namespace, site: SitePlan, story: Story) -> None:
    looks = {
        view.key: json.loads(_truth_path(options, Unit(view, None)).read_text(encoding="utf-8"))["frames"]
        for view in site.views
    }
    days = true_days(site, story, looks)
    write_truth(options.out / "truth.json", site, story, options.seed, (WIDTH_PX, HEIGHT_PX), days)
    cards = [camera_card(site, story, Stage(site, view, options.seed), days) for view in site.views]
    write_site_card(options.out / "site.json", site, story, cards)


def _is_done(options: argparse.Namespace, unit: Unit) -> bool:
    """Whether the clip is there; its truth is written last."""
    path = _truth_path(options, unit)
    if not path.is_file():
        return False
    found = json.loads(path.read_text(encoding="utf-8"))
    if {key: found[key] for key in ("site", "seed", "days")} != {
        key: _head(options, unit)[key] for key in ("site", "seed", "days")
    }:
        raise SystemExit(f"{path} is footage of {found['site']}, seed {found['seed']}; name another folder with --out.")
    return True


def _head(options: argparse.Namespace, unit: Unit) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "site": options.site,
        "seed": options.seed,
        "days": options.days,
        "file": f"{unit.name}.mp4",
        "kind": TIME_LAPSE if unit.clip is None else "live",
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
        "camera": {**asdict(unit.view.ground.camera)},
    }


def _truth_path(options: argparse.Namespace, unit: Unit) -> Path:
    return Path(options.out / f"{unit.name}.truth.json")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_footage.render", description=__doc__)
    parser.add_argument("--site", choices=sorted(SITES), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, default=60, help="site days of the time-lapse")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, help="how many of the site's clips to film (default: all)")
    parser.add_argument("--clip-seconds", type=float, default=20.0)
    parser.add_argument("--unit", help="film only this one, such as mast-1/time_lapse")
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if options.days < 2:
        parser.error("--days must be at least 2")
    return options


if __name__ == "__main__":
    sys.exit(main())
