"""One view of a site as a Blender scene: everything built once, then set for one take after another."""

from collections.abc import Callable
from functools import partial

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.blocking_lorry import BlockingLorry
from sample_footage.render.car import Car
from sample_footage.render.cast import BLOCKER_NUMBER, Role, element_numbers, number_of, roles_of
from sample_footage.render.draws import draw_for
from sample_footage.render.dump_truck import DumpTruck
from sample_footage.render.excavator import Excavator
from sample_footage.render.flood_lamps import FloodLamps
from sample_footage.render.loader import Loader
from sample_footage.render.mast_camera import MastCamera
from sample_footage.render.materials import make_palette, set_ground_cover
from sample_footage.render.mixer_truck import MixerTruck
from sample_footage.render.mobile_crane import MobileCrane
from sample_footage.render.outline import Polygon, outline
from sample_footage.render.pickup import Pickup
from sample_footage.render.rig import Rig
from sample_footage.render.roller import Roller
from sample_footage.render.site_plan import Backdrop, SitePlan, View
from sample_footage.render.sky import Daylight, SunPosition, sun_position
from sample_footage.render.structure import Dig, StructureInPlace
from sample_footage.render.surroundings import (
    add_cabin,
    add_fence,
    add_neighbours,
    add_river_banks,
    add_stacks,
    add_steppe,
    add_town,
)
from sample_footage.render.take import FaultKind, MachineAct, Take, WorkerAct
from sample_footage.render.terrain import Terrain
from sample_footage.render.tower_crane import TowerCrane
from sample_footage.render.town_lights import TownLights
from sample_footage.render.worker import Outfit, Worker

WIDTH_PX, HEIGHT_PX = 960, 540
# One pole before the works, outside the picture, and one behind, or people are but outlines by night.
_LAMPS_AT = ((-14.0, 15.0), (15.0, 34.0))
_TOWER_M = 13.5

Palette = dict[str, bpy.types.Material]


class Stage:
    """Owns the open Blender file; only one stage can stand at a time."""

    def __init__(self, site: SitePlan, view: View, seed: int) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        rng = draw_for(seed, site.key, "stage", view.key)
        palette = make_palette()
        self._site = site
        self.view = view
        ground = view.ground
        self._terrain = Terrain(
            draw_for(seed, site.key, "ground", view.key),
            ground.heaps,
            (-48.0, 2.0, 48.0, 66.0),
            cover="steppe" if view.backdrop in (Backdrop.STEPPE, Backdrop.RIVER) else "soil",
            ravine=ground.ravine,
            stripped=ground.stripped,
        )
        self._terrain.build(palette)
        _add_surroundings(view, palette, self._terrain, rng)
        numbers = element_numbers(element.key for element in view.elements)
        self._structures = {e.key: StructureInPlace(e.structure, palette, numbers[e.key]) for e in view.elements}
        self._daylight = Daylight(site.view_azimuth_deg)
        self._lamps = FloodLamps([(ground.x(x), y) for x, y in _LAMPS_AT], palette)
        self._town = TownLights(palette) if view.backdrop is Backdrop.TOWN else TownLights(palette, poles_x=())
        self.camera = MastCamera(ground.camera, WIDTH_PX, HEIGHT_PX)
        self._blocker = BlockingLorry("blocker", BLOCKER_NUMBER, palette, rng)
        self._rigs = {role.name: _make(role, view, palette, rng) for role in roles_of(view)}
        self.falls = (0.0, 0.0, -1.0)

    @property
    def light(self) -> float:
        """How much daylight there is, 0..1."""
        return self._daylight.light

    @property
    def gain(self) -> float:
        """How far the camera lifts what it sees, from 1 in daylight."""
        return self._daylight.gain

    def set_up(self, take: Take) -> SunPosition:
        """Set everything as the take says; return where the sun stands."""
        standing = []
        for element in self.view.elements:
            structure = self._structures[element.key]
            structure.grow(element.share_at(take.progress))
            standing += [piece for piece in structure.standing if isinstance(piece, Dig)]
        self._terrain.show(standing)
        sun = self.sun(take)
        self.falls = self._daylight.shine(sun, take.weather, take.drift)
        self._lamps.shine(self._daylight.is_dark)
        self._town.shine(self._daylight.is_dark)
        set_ground_cover(take.weather.snow_cover, take.weather.wetness)
        is_blocked = take.has(FaultKind.BLOCKED)
        self._blocker.show(is_blocked)
        if is_blocked:
            self._blocker.park(self.camera.pose)
        present = {act.name: act for act in take.acts}
        for name, rig in self._rigs.items():
            rig.show(name in present)
            if name in present:
                self._poser(present[name])()
        bpy.context.view_layer.update()
        return sun

    def sun(self, take: Take) -> SunPosition:
        """Return where the sun stands at the take's moment."""
        return sun_position(take.at, self._site.latitude_deg, self._site.longitude_deg)

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

    def points(self, name: str) -> NDArray[np.float64]:
        """Return every corner (n, 3) of a thing's meshes, in world metres."""
        return self._rigs[name].points()

    def ground(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places (n, 2) as points on the ground, (n, 3)."""
        return np.column_stack([places, self._terrain.heights(places[:, 0], places[:, 1])])

    def outline(self, points: NDArray[np.float64]) -> Polygon:
        """Return the outline of world points in the picture, in pixels."""
        return outline(self.camera.project(points), WIDTH_PX, HEIGHT_PX)

    def _poser(self, act: MachineAct | WorkerAct) -> Callable[[], None]:
        at = (act.x, act.y, self._terrain.height(act.x, act.y))
        rig = self._rigs[act.name]
        if isinstance(act, WorkerAct):
            return partial(rig.pose, at, act.heading_deg, act.stance)  # type: ignore[attr-defined]
        if act.pose is None:
            return partial(rig.pose, at, act.heading_deg)  # type: ignore[attr-defined]
        return partial(rig.pose, at, act.heading_deg, act.pose)  # type: ignore[attr-defined]


def _add_surroundings(view: View, palette: Palette, terrain: Terrain, rng: np.random.Generator) -> None:
    ground = view.ground
    if view.backdrop in (Backdrop.TOWN, Backdrop.NEIGHBOURS):
        for run in ground.fence:
            add_fence(palette, terrain, list(run), ground.fence_sheet)
    cabin_x, cabin_y = ground.cabin
    add_cabin(palette, (cabin_x, cabin_y, terrain.height(cabin_x, cabin_y)), rng.uniform(-8, 8), "white_paint")
    add_stacks(palette, terrain, rng, list(ground.stacks), kinds=ground.stack_kinds)
    if view.backdrop is Backdrop.TOWN:
        add_town(palette, rng)
    elif view.backdrop is Backdrop.NEIGHBOURS:
        add_neighbours(palette, rng)
    else:
        add_steppe(palette, rng)
        if ground.ravine is not None:
            add_river_banks(palette, terrain, ground.ravine, rng)


def _make(role: Role, view: View, palette: Palette, rng: np.random.Generator) -> Rig:
    ground, number = view.ground, number_of(role)
    if role.label == "person":
        return Worker(role.name, number, palette, _outfit(rng))
    if role.label == "excavator":
        return Excavator(role.name, number, palette, "yellow")
    if role.label == "dump_truck":
        return DumpTruck(role.name, number, palette, ground.truck_paint)
    if role.label == "loader":
        return Loader(role.name, number, palette, "yellow")
    if role.label == "mixer_truck":
        return MixerTruck(role.name, number, palette, "white_paint")
    if role.label == "tower_crane":
        return TowerCrane(role.name, number, palette, ground.crane_paint, mast_m=_TOWER_M)
    if role.label == "mobile_crane":
        return MobileCrane(role.name, number, palette, ground.crane_paint)
    if role.label == "roller":
        return Roller(role.name, number, palette, "yellow")
    if role.label == "pickup":
        return Pickup(role.name, number, palette, "white_paint")
    return Car(role.name, number, palette, ground.car_paint)


def _outfit(rng: np.random.Generator) -> Outfit:
    return Outfit(
        stature_m=float(rng.uniform(1.68, 1.88)),
        vest=str(rng.choice(["vest_orange", "vest_lime"])),
        sleeves=str(rng.choice(["cloth_navy", "cloth_grey", "cloth_check", "cloth_denim"])),
        trousers=str(rng.choice(["cloth_navy", "cloth_denim", "cloth_khaki", "cloth_grey"])),
        helmet=str(rng.choice(["helmet_white", "helmet_yellow", "helmet_orange"])),
        skin=str(rng.choice(["skin_light", "skin_tan"])),
    )
