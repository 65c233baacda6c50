"""The site as a Blender scene: everything built once, then set for one take after another."""

from collections.abc import Callable
from functools import partial

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.building import StructureInPlace
from sample_footage.render.car import Car
from sample_footage.render.draws import draw_for
from sample_footage.render.dump_truck import DumpTruck
from sample_footage.render.excavator import Excavator
from sample_footage.render.mast_camera import MastCamera
from sample_footage.render.materials import make_palette
from sample_footage.render.rig import Rig
from sample_footage.render.schedule import CREW
from sample_footage.render.site_plan import SitePlan
from sample_footage.render.sky import Daylight, SunPosition, sun_position
from sample_footage.render.surroundings import add_cabin, add_fence, add_stacks, add_town
from sample_footage.render.take import Act, CarAct, ExcavatorAct, Take, TruckAct
from sample_footage.render.terrain import Terrain
from sample_footage.render.worker import Outfit, Worker

WIDTH_PX, HEIGHT_PX = 960, 540


class Stage:
    """Owns the open Blender file; only one stage can stand at a time."""

    def __init__(self, site: SitePlan, seed: int) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        rng = draw_for(seed, site.key, "stage")
        palette = make_palette()
        self._site = site
        self._terrain = Terrain(draw_for(seed, site.key, "ground"), site.ground.heaps, (-48.0, 2.0, 48.0, 66.0))
        self._terrain.build(palette)
        for run in site.ground.fence:
            add_fence(palette, self._terrain, list(run), site.ground.fence_sheet)
        cabin_x, cabin_y = site.ground.cabin
        add_cabin(
            palette, (cabin_x, cabin_y, self._terrain.height(cabin_x, cabin_y)), rng.uniform(-8, 8), "white_paint"
        )
        add_stacks(palette, self._terrain, rng, list(site.ground.stacks))
        add_town(palette, rng)
        self._structures = {e.structure.element: StructureInPlace(e.structure, palette) for e in site.elements}
        self._daylight = Daylight(site.view_azimuth_deg)
        self.camera = MastCamera(site.ground.camera, WIDTH_PX, HEIGHT_PX)
        self._excavator = Excavator("excavator-1", 1, palette, "yellow")
        self._truck = DumpTruck("truck-1", 2, palette, site.ground.truck_paint)
        self._car = Car("car-1", 3, palette, site.ground.car_paint)
        self._workers = {
            f"person-{number + 1}": Worker(f"person-{number + 1}", 10 + number, palette, _outfit(rng))
            for number in range(CREW)
        }
        rigs: list[Rig] = [self._excavator, self._truck, self._car, *self._workers.values()]
        self._rigs = {rig.name: rig for rig in rigs}
        self.falls = (0.0, 0.0, -1.0)

    @property
    def numbers(self) -> dict[int, str]:
        """Who carries which number in the id mask."""
        return {rig.pass_index: name for name, rig in self._rigs.items()}

    def set_up(self, take: Take) -> tuple[dict[str, float], SunPosition]:
        """Set everything as the take says; return the shares really built, and the sun."""
        shares = {element: self._structures[element].grow(share) for element, share in take.shares.items()}
        sun = sun_position(take.at, self._site.latitude_deg, self._site.longitude_deg)
        self.falls = self._daylight.shine(sun, take.cloud_share, take.drift)
        present = {act.name: act for act in take.acts}
        for name, rig in self._rigs.items():
            rig.show(name in present)
            if name in present:
                self._pose(present[name])()
        bpy.context.view_layer.update()
        return shares, sun

    def hide(self, names: set[str]) -> None:
        """Take some of the cast out of the picture until the next take is set up."""
        for name in names:
            self._rigs[name].show(False)

    def reach(self, name: str) -> NDArray[np.float64]:
        """Return world points (n, 3) round a thing and round its shadow on the ground."""
        corners = self._rigs[name].corners()
        fall = np.array(self.falls)
        drop = np.clip(corners[:, 2:3], 0.0, None) / max(0.05, -fall[2])
        return np.concatenate([corners, corners + fall * drop])

    def ground(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places (n, 2) as points on the ground, (n, 3)."""
        return np.column_stack([places, self._terrain.heights(places[:, 0], places[:, 1])])

    def _pose(self, act: Act) -> Callable[[], None]:
        at = (act.x, act.y, self._terrain.height(act.x, act.y))
        if isinstance(act, ExcavatorAct):
            return partial(self._excavator.pose, at, act.heading_deg, act.pose)
        if isinstance(act, TruckAct):
            return partial(self._truck.pose, at, act.heading_deg, act.tip_deg)
        if isinstance(act, CarAct):
            return partial(self._car.pose, at, act.heading_deg)
        return partial(self._workers[act.name].pose, at, act.heading_deg, act.stance)


def _outfit(rng: np.random.Generator) -> Outfit:
    return Outfit(
        stature_m=float(rng.uniform(1.68, 1.88)),
        vest=str(rng.choice(["vest_orange", "vest_lime"])),
        sleeves=str(rng.choice(["cloth_navy", "cloth_grey", "cloth_check", "cloth_denim"])),
        trousers=str(rng.choice(["cloth_navy", "cloth_denim", "cloth_khaki", "cloth_grey"])),
        helmet=str(rng.choice(["helmet_white", "helmet_yellow", "helmet_orange"])),
        skin=str(rng.choice(["skin_light", "skin_tan"])),
    )
