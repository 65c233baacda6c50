"""Hold boxes against an independent measure: `python -m sample_footage.render.mask_check --site hospital --seed 1`.

Truth reads its boxes off the id mask. Here every corner of a thing's meshes is projected through
the lens by arithmetic instead, and both boxes are printed as JSON, a line a thing.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from sample_footage.render.__main__ import SITES
from sample_footage.render.looks import time_lapse_takes
from sample_footage.render.renderer import Renderer
from sample_footage.render.stage import HEIGHT_PX, WIDTH_PX, Stage
from sample_footage.render.story import tell_story
from sample_footage.render.take import FaultKind
from sample_footage.render.truth import true_frame


def main() -> int:
    """Render some looks with people and machines and print the two boxes of each thing."""
    options = _read_options()
    site = SITES[options.site](options.seed, options.days)
    story = tell_story(site, options.seed)
    view = site.views[options.view]
    takes = [
        take
        for day in story.days
        for take in time_lapse_takes(site, view, story, day, options.seed)
        if len(take.acts) > 4 and not take.has(FaultKind.OUTAGE) and not take.has(FaultKind.BLOCKED)
    ]
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(site, view, options.seed)
        renderer = Renderer(Path(folder), 1, options.threads, options.seed)
        for index in np.linspace(0, len(takes) - 1, options.looks).astype(int):
            take = takes[index]
            sun = stage.set_up(take)
            ids = renderer.render(int(index)).ids
            for thing in true_frame(0, take, ids, {}, sun, None).objects:
                spots = stage.camera.project(stage.points(thing.id))
                low = np.clip(spots.min(axis=0), 0, (WIDTH_PX, HEIGHT_PX))
                high = np.clip(spots.max(axis=0), 0, (WIDTH_PX, HEIGHT_PX))
                line = {
                    "at": take.at.isoformat(),
                    "id": thing.id,
                    "xyxy": thing.xyxy,
                    "projected_xyxy": [round(float(value), 2) for value in (*low, *high)],
                }
                print("box " + json.dumps(line), flush=True)
    return 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_footage.render.mask_check", description=__doc__)
    parser.add_argument("--site", choices=sorted(SITES), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--view", type=int, default=0)
    parser.add_argument("--looks", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
