"""One picture of the scene, its id mask and its depth, through Cycles on the CPU."""

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

_FARTHEST_M = 5000.0


@dataclass(frozen=True, slots=True)
class Border:
    """A part of the picture in pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`image` is (height, width, 3) uint8 RGB; `ids` (height, width) int32 of pass indices, 0 for none;
    `depth_m` (height, width) float32, metres from the lens."""

    image: NDArray[np.uint8]
    ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]


class Renderer:
    """Renders the open scene; files pass through `folder`, which only it uses."""

    def __init__(self, folder: Path, samples: int, threads: int, seed: int) -> None:
        self._folder = folder
        self._seed = seed
        scene = bpy.context.scene
        scene.render.engine = "CYCLES"
        scene.render.threads_mode, scene.render.threads = "FIXED", threads
        scene.render.use_persistent_data = True
        scene.render.film_transparent = False
        cycles = scene.cycles
        cycles.device, cycles.samples = "CPU", samples
        cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.05
        cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
        cycles.denoising_quality, cycles.denoising_prefilter = "FAST", "FAST"
        cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 3, 2, 1
        cycles.transmission_bounces, cycles.caustics_reflective, cycles.caustics_refractive = 0, False, False
        cycles.use_light_tree = False
        scene.view_settings.view_transform = "AgX"
        scene.view_settings.look = "AgX - Medium High Contrast"
        scene.view_layers[0].use_pass_object_index = True
        scene.view_layers[0].use_pass_z = True
        self._wire_outputs(scene)

    def render(self, number: int, border: Border | None = None) -> Picture:
        """Render now; outside `border` the arrays are 0."""
        scene = bpy.context.scene
        width, height = scene.render.resolution_x, scene.render.resolution_y
        scene.render.use_border = border is not None
        scene.render.use_crop_to_border = False
        if border is not None:
            scene.render.border_min_x, scene.render.border_max_x = border.left / width, border.right / width
            scene.render.border_min_y = 1 - border.bottom / height
            scene.render.border_max_y = 1 - border.top / height
        scene.cycles.seed = self._seed * 1000 + number
        scene.render.filepath = str(self._folder / "picture.png")
        scene.render.image_settings.file_format = "PNG"
        scene.render.image_settings.color_mode = "RGB"
        scene.frame_set(1)
        bpy.ops.render.render(write_still=True)
        picture = _read(self._folder / "picture.png", height, width)
        ids = _read(self._folder / "ids0001.exr", height, width)
        depth = _read(self._folder / "depth0001.exr", height, width)
        return Picture(
            np.round(picture * 255).astype(np.uint8),
            np.round(ids[:, :, 0]).astype(np.int32),
            np.minimum(depth[:, :, 0], _FARTHEST_M),
        )

    def _wire_outputs(self, scene: bpy.types.Scene) -> None:
        scene.use_nodes = True
        nodes, links = scene.node_tree.nodes, scene.node_tree.links
        nodes.clear()
        layers, whole = nodes.new("CompositorNodeRLayers"), nodes.new("CompositorNodeComposite")
        links.new(layers.outputs["Image"], whole.inputs["Image"])
        file = nodes.new("CompositorNodeOutputFile")
        file.base_path = str(self._folder)
        file.format.file_format, file.format.color_depth = "OPEN_EXR", "32"
        file.format.color_mode = "RGB"
        file.file_slots.clear()
        for slot, layer in (("ids", "IndexOB"), ("depth", "Depth")):
            file.file_slots.new(slot)
            links.new(layers.outputs[layer], file.inputs[slot])


def _read(path: Path, height: int, width: int) -> NDArray[np.float32]:
    image = bpy.data.images.load(str(path), check_existing=False)
    image.colorspace_settings.name = "Non-Color"
    values = np.empty(height * width * 4, np.float32)
    image.pixels.foreach_get(values)
    bpy.data.images.remove(image)
    return values.reshape(height, width, 4)[::-1, :, :3]
