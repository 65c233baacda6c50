"""What things are made of: paints, soils, concrete, cloth, each uneven as real surfaces are."""

from dataclasses import dataclass

import bpy
import numpy as np

from sample_footage.render.ground_cover import COVER, SNOW, WET, make_cover

Colour = tuple[float, float, float]

# Snow stays on these and rain darkens them: not on people, glass or the bodies of machines.
IN_THE_OPEN = frozenset(
    {
        *("soil", "clay", "clay_fresh", "sand", "gravel", "rubble", "fill", "fill_new", "bank", "steppe_hill"),
        *("grass", "dry_grass", "reed", "leaves", "asphalt", "asphalt_laid", "concrete", "concrete_new", "parapet"),
        *("brick", "brick_pale", "brick_stack", "timber", "timber_grey", "plywood", "formwork", "rebar", "scaffold"),
        *("steel_primed", "pipe_coat", "jacket", "roof_sheet", "roof_green", "roof_slate", "sheet_blue"),
        *("sheet_green", "panel_white", "panel_ochre", "lime_wash", "facade_light", "facade_grey", "facade_brick"),
        *("facade_rose", "facade_ochre", "facade_blue", "grey_paint"),
    }
)


@dataclass(frozen=True, slots=True)
class Surface:
    """A material's looks. Colours are linear RGB; the second is mixed in by noise of `patch_m` metres.

    `brick_m` is the length of a brick where the surface shows bricks.
    """

    colour: Colour
    stain: Colour
    roughness: float = 0.7
    metallic: float = 0.0
    patch_m: float = 0.5
    stain_share: float = 0.45
    bump: float = 0.0
    brick_m: float = 0.0


SURFACES: dict[str, Surface] = {
    "yellow": Surface((0.70, 0.33, 0.012), (0.30, 0.17, 0.05), 0.42, patch_m=0.7, stain_share=0.40),
    "yellow_dark": Surface((0.55, 0.28, 0.02), (0.25, 0.16, 0.06), 0.5, patch_m=0.5),
    "black": Surface((0.018, 0.018, 0.02), (0.08, 0.07, 0.06), 0.6),
    "rubber": Surface((0.02, 0.02, 0.02), (0.12, 0.10, 0.08), 0.85, patch_m=0.3),
    "track": Surface((0.05, 0.045, 0.04), (0.19, 0.14, 0.09), 0.75, patch_m=0.25, stain_share=0.5),
    "steel": Surface((0.20, 0.185, 0.17), (0.12, 0.085, 0.06), 0.55, metallic=0.3, patch_m=0.3),
    "chrome": Surface((0.75, 0.75, 0.75), (0.6, 0.6, 0.6), 0.15, metallic=1.0),
    "glass": Surface((0.025, 0.035, 0.045), (0.05, 0.06, 0.07), 0.08),
    "lamp": Surface((0.8, 0.78, 0.7), (0.7, 0.66, 0.6), 0.2),
    "red_lamp": Surface((0.5, 0.02, 0.01), (0.3, 0.02, 0.01), 0.2),
    "white_paint": Surface((0.75, 0.75, 0.73), (0.45, 0.41, 0.35), 0.4, patch_m=0.9, stain_share=0.35),
    "orange_paint": Surface((0.72, 0.16, 0.02), (0.35, 0.13, 0.06), 0.4, patch_m=0.8, stain_share=0.35),
    "blue_paint": Surface((0.03, 0.10, 0.36), (0.10, 0.12, 0.18), 0.4, patch_m=0.9, stain_share=0.35),
    "red_paint": Surface((0.42, 0.03, 0.02), (0.22, 0.07, 0.05), 0.4, patch_m=0.9, stain_share=0.35),
    "grey_paint": Surface((0.22, 0.23, 0.24), (0.15, 0.14, 0.12), 0.4, patch_m=0.9, stain_share=0.35),
    "silver_paint": Surface((0.50, 0.51, 0.53), (0.36, 0.35, 0.33), 0.3, metallic=0.3, patch_m=0.9, stain_share=0.3),
    "green_paint": Surface((0.05, 0.17, 0.08), (0.12, 0.12, 0.09), 0.5, patch_m=1.2),
    "soil": Surface((0.37, 0.265, 0.155), (0.24, 0.165, 0.095), 0.95, patch_m=2.2, stain_share=0.5, bump=0.5),
    "clay": Surface((0.29, 0.185, 0.105), (0.17, 0.10, 0.055), 0.95, patch_m=0.8, stain_share=0.5, bump=0.8),
    "sand": Surface((0.48, 0.36, 0.21), (0.33, 0.24, 0.14), 0.95, patch_m=0.8, bump=0.4),
    "gravel": Surface((0.30, 0.28, 0.26), (0.15, 0.14, 0.13), 0.95, patch_m=0.18, stain_share=0.5, bump=0.7),
    "grass": Surface((0.10, 0.13, 0.035), (0.21, 0.17, 0.07), 0.95, patch_m=3.0, stain_share=0.5, bump=0.5),
    "leaves": Surface((0.055, 0.095, 0.03), (0.13, 0.125, 0.04), 0.9, patch_m=0.5, stain_share=0.5, bump=1.0),
    "bark": Surface((0.10, 0.07, 0.05), (0.05, 0.04, 0.03), 0.95),
    "asphalt": Surface((0.055, 0.055, 0.058), (0.085, 0.08, 0.075), 0.85, patch_m=1.5, bump=0.15),
    "concrete": Surface((0.42, 0.41, 0.385), (0.27, 0.26, 0.24), 0.85, patch_m=1.1, bump=0.12),
    "concrete_new": Surface((0.30, 0.295, 0.28), (0.22, 0.21, 0.20), 0.8, patch_m=1.1, bump=0.12),
    "brick": Surface((0.40, 0.13, 0.065), (0.28, 0.09, 0.045), 0.9, patch_m=0.6, brick_m=0.42),
    "brick_stack": Surface((0.40, 0.15, 0.08), (0.30, 0.105, 0.055), 0.9, patch_m=0.25, brick_m=0.25),
    "timber": Surface((0.46, 0.30, 0.15), (0.28, 0.17, 0.08), 0.85, patch_m=0.4),
    "plywood": Surface((0.40, 0.22, 0.09), (0.26, 0.14, 0.06), 0.8, patch_m=0.9),
    "rebar": Surface((0.19, 0.09, 0.05), (0.10, 0.06, 0.04), 0.8, patch_m=0.3),
    "sheet_blue": Surface((0.05, 0.15, 0.34), (0.14, 0.17, 0.22), 0.5, patch_m=1.6, stain_share=0.35),
    "sheet_green": Surface((0.04, 0.19, 0.10), (0.13, 0.16, 0.12), 0.5, patch_m=1.6, stain_share=0.35),
    "facade_light": Surface((0.55, 0.50, 0.42), (0.44, 0.40, 0.34), 0.9, patch_m=3.0),
    "facade_grey": Surface((0.40, 0.41, 0.42), (0.31, 0.32, 0.32), 0.9, patch_m=3.0),
    "facade_brick": Surface((0.37, 0.20, 0.13), (0.29, 0.16, 0.11), 0.9, patch_m=3.0),
    "dry_grass": Surface((0.33, 0.27, 0.13), (0.21, 0.185, 0.085), 0.95, patch_m=2.6, stain_share=0.5, bump=0.6),
    "steppe_hill": Surface((0.36, 0.32, 0.20), (0.27, 0.26, 0.17), 0.95, patch_m=40.0, stain_share=0.5),
    "clay_fresh": Surface((0.185, 0.105, 0.055), (0.12, 0.068, 0.036), 0.95, patch_m=0.7, stain_share=0.5, bump=0.9),
    "fill": Surface((0.30, 0.235, 0.165), (0.185, 0.145, 0.10), 0.95, patch_m=0.6, stain_share=0.5, bump=0.9),
    "fill_new": Surface((0.21, 0.16, 0.11), (0.145, 0.11, 0.075), 0.95, patch_m=0.6, stain_share=0.5, bump=1.0),
    "water": Surface((0.055, 0.075, 0.07), (0.09, 0.10, 0.085), 0.12, patch_m=3.0),
    "reed": Surface((0.20, 0.20, 0.07), (0.30, 0.25, 0.11), 0.95, patch_m=0.4, stain_share=0.5),
    "rubble": Surface((0.34, 0.33, 0.31), (0.22, 0.21, 0.20), 0.95, patch_m=0.5, bump=0.5),
    "panel_white": Surface((0.68, 0.66, 0.61), (0.58, 0.56, 0.52), 0.6, patch_m=2.0, stain_share=0.3),
    "panel_ochre": Surface((0.52, 0.27, 0.10), (0.44, 0.23, 0.09), 0.6, patch_m=2.0, stain_share=0.3),
    "roof_sheet": Surface((0.16, 0.045, 0.035), (0.21, 0.075, 0.055), 0.45, patch_m=1.5, stain_share=0.3),
    "roof_green": Surface((0.05, 0.13, 0.08), (0.09, 0.15, 0.11), 0.5, patch_m=1.5, stain_share=0.3),
    "roof_slate": Surface((0.24, 0.24, 0.23), (0.16, 0.16, 0.15), 0.85, patch_m=1.2, stain_share=0.45),
    "jacket": Surface((0.78, 0.79, 0.80), (0.64, 0.65, 0.66), 0.28, metallic=0.75, patch_m=0.6, stain_share=0.3),
    "pipe_coat": Surface((0.10, 0.045, 0.03), (0.15, 0.075, 0.05), 0.6, patch_m=0.6, stain_share=0.4),
    "formwork": Surface((0.15, 0.105, 0.075), (0.24, 0.195, 0.15), 0.7, patch_m=0.8, stain_share=0.4),
    "scaffold": Surface((0.26, 0.27, 0.28), (0.17, 0.15, 0.13), 0.5, metallic=0.3, patch_m=0.6),
    "net_green": Surface((0.05, 0.24, 0.12), (0.09, 0.22, 0.13), 0.9, patch_m=0.6),
    "lime_wash": Surface((0.66, 0.64, 0.58), (0.52, 0.48, 0.40), 0.9, patch_m=1.4, stain_share=0.4),
    "facade_rose": Surface((0.50, 0.33, 0.25), (0.40, 0.27, 0.21), 0.9, patch_m=3.0),
    "facade_ochre": Surface((0.55, 0.41, 0.20), (0.45, 0.33, 0.17), 0.9, patch_m=3.0),
    "facade_blue": Surface((0.27, 0.36, 0.43), (0.22, 0.29, 0.34), 0.9, patch_m=3.0),
    "asphalt_laid": Surface((0.028, 0.028, 0.031), (0.045, 0.044, 0.045), 0.8, patch_m=1.5, bump=0.1),
    "parapet": Surface((0.56, 0.55, 0.52), (0.45, 0.44, 0.41), 0.8, patch_m=1.1),
    "steel_primed": Surface((0.24, 0.10, 0.07), (0.18, 0.09, 0.06), 0.7, patch_m=0.5),
    "bank": Surface((0.26, 0.20, 0.125), (0.17, 0.14, 0.08), 0.95, patch_m=0.9, stain_share=0.5, bump=0.6),
    "brick_pale": Surface((0.50, 0.46, 0.41), (0.40, 0.36, 0.32), 0.9, patch_m=0.25, brick_m=0.25),
    "timber_grey": Surface((0.33, 0.27, 0.20), (0.22, 0.175, 0.13), 0.9, patch_m=0.4),
    "trim_blue": Surface((0.09, 0.24, 0.42), (0.14, 0.26, 0.38), 0.6, patch_m=0.8),
    "window": Surface((0.05, 0.065, 0.085), (0.12, 0.14, 0.17), 0.12, patch_m=4.0),
    "skin_light": Surface((0.55, 0.31, 0.20), (0.46, 0.24, 0.15), 0.55, patch_m=0.1),
    "skin_tan": Surface((0.36, 0.19, 0.11), (0.29, 0.14, 0.08), 0.55, patch_m=0.1),
    "hair": Surface((0.02, 0.015, 0.012), (0.03, 0.02, 0.015), 0.7),
    "helmet_white": Surface((0.80, 0.80, 0.78), (0.68, 0.66, 0.62), 0.3, patch_m=0.2),
    "helmet_yellow": Surface((0.82, 0.52, 0.02), (0.65, 0.42, 0.05), 0.3, patch_m=0.2),
    "helmet_orange": Surface((0.80, 0.20, 0.02), (0.62, 0.18, 0.04), 0.3, patch_m=0.2),
    "vest_orange": Surface((0.90, 0.17, 0.015), (0.62, 0.12, 0.02), 0.75, patch_m=0.18),
    "vest_lime": Surface((0.52, 0.74, 0.03), (0.36, 0.52, 0.04), 0.75, patch_m=0.18),
    "tape": Surface((0.78, 0.78, 0.76), (0.62, 0.62, 0.60), 0.35, patch_m=0.2),
    "cloth_navy": Surface((0.022, 0.03, 0.07), (0.045, 0.05, 0.08), 0.9, patch_m=0.12),
    "cloth_grey": Surface((0.10, 0.10, 0.105), (0.06, 0.06, 0.065), 0.9, patch_m=0.12),
    "cloth_denim": Surface((0.05, 0.085, 0.17), (0.085, 0.12, 0.20), 0.9, patch_m=0.12),
    "cloth_khaki": Surface((0.19, 0.155, 0.09), (0.13, 0.10, 0.06), 0.9, patch_m=0.12),
    "cloth_check": Surface((0.26, 0.06, 0.05), (0.07, 0.03, 0.03), 0.9, patch_m=0.06, stain_share=0.5),
    "boots": Surface((0.04, 0.028, 0.02), (0.10, 0.08, 0.06), 0.8, patch_m=0.1),
}


def make_palette() -> dict[str, bpy.types.Material]:
    """Create every material in the open Blender file, dry and without snow."""
    cover = make_cover()
    return {name: _make(name, surface, cover if name in IN_THE_OPEN else None) for name, surface in SURFACES.items()}


def set_ground_cover(snow_cover: float, wetness: float) -> None:
    """Let snow lie on every open surface and rain wet it, both from 0 to 1.

    0.3 of snow lies in patches, at 1 all that doesn't stand steep is white. At 0 Cycles drops the
    whole group when it compiles the materials, so that it costs nothing.
    """
    nodes = bpy.data.node_groups[COVER].nodes
    for name, value in ((SNOW, snow_cover), (WET, wetness)):
        # Each write makes Cycles compile every material again.
        if nodes[name].outputs["Value"].default_value != np.float32(value):
            nodes[name].outputs["Value"].default_value = value


def _make(name: str, surface: Surface, cover: bpy.types.NodeTree | None) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = surface.roughness
    shader.inputs["Metallic"].default_value = surface.metallic
    place = nodes.new("ShaderNodeTexCoord")
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1 / surface.patch_m
    noise.inputs["Detail"].default_value = 5.0
    noise.inputs["Roughness"].default_value = 0.68
    links.new(place.outputs["Object"], noise.inputs["Vector"])
    ramp = nodes.new("ShaderNodeMapRange")
    ramp.inputs["From Min"].default_value = 0.75 - surface.stain_share * 0.6
    ramp.inputs["From Max"].default_value = 0.95 - surface.stain_share * 0.6
    links.new(noise.outputs["Fac"], ramp.inputs["Value"])
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    mix.inputs["A"].default_value = (*surface.colour, 1)
    mix.inputs["B"].default_value = (*surface.stain, 1)
    links.new(ramp.outputs["Result"], mix.inputs["Factor"])
    colour = mix.outputs["Result"]
    if surface.brick_m > 0:
        brick = nodes.new("ShaderNodeTexBrick")
        brick.inputs["Scale"].default_value = 1.0
        brick.inputs["Brick Width"].default_value = surface.brick_m
        brick.inputs["Row Height"].default_value = surface.brick_m * 0.38
        brick.inputs["Mortar Size"].default_value = surface.brick_m * 0.04
        brick.inputs["Mortar"].default_value = (0.40, 0.38, 0.35, 1)
        links.new(colour, brick.inputs["Color1"])
        brick.inputs["Color2"].default_value = (*surface.stain, 1)
        # The pattern runs over x + y and z, so that courses lie flat on walls of both directions.
        split, join, total = (nodes.new(f"ShaderNode{kind}") for kind in ("SeparateXYZ", "CombineXYZ", "Math"))
        links.new(place.outputs["Object"], split.inputs["Vector"])
        links.new(split.outputs["X"], total.inputs[0])
        links.new(split.outputs["Y"], total.inputs[1])
        links.new(total.outputs["Value"], join.inputs["X"])
        links.new(split.outputs["Z"], join.inputs["Y"])
        links.new(join.outputs["Vector"], brick.inputs["Vector"])
        colour = brick.outputs["Color"]
    if cover is not None:
        covered = nodes.new("ShaderNodeGroup")
        covered.node_tree = cover
        links.new(colour, covered.inputs["Color"])
        covered.inputs["Roughness"].default_value = surface.roughness
        links.new(covered.outputs["Roughness"], shader.inputs["Roughness"])
        colour = covered.outputs["Color"]
    links.new(colour, shader.inputs["Base Color"])
    if surface.bump > 0:
        bump = nodes.new("ShaderNodeBump")
        bump.inputs["Strength"].default_value = surface.bump
        bump.inputs["Distance"].default_value = 0.12
        links.new(noise.outputs["Fac"], bump.inputs["Height"])
        links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material
