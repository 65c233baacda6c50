"""The lights of the town by night: some windows and the lamps along the street, only to be looked at."""

from collections.abc import Sequence

import bpy

from sample_footage.render.solid import Solid

# A flat's width and a storey's height: neighbours are up or asleep.
_FLAT_M, _STOREY_M = 3.2, 3.0
_SHARE_UP = 0.2
# Houses begin here; what is nearer is the site, where no one lives.
_TOWN_FROM_Y_M = 60.0
_WINDOW_GLOW, _STREET_GLOW = 0.16, 6.0
_WARM, _SODIUM = (1.0, 0.72, 0.38, 1.0), (1.0, 0.62, 0.25, 1.0)
# Where the street behind the site has its poles.
_POLES_X: Sequence[float] = range(-110, 110, 27)
_LAMP_Y, _LAMP_Z = 66.5, 8.35


class TownLights:
    """Windows and street lamps that glow when `shine` says so; they light nothing, so they cost little.

    `poles_x` says where the street behind the site has its lamps; a site without one has none.
    """

    def __init__(self, palette: dict[str, bpy.types.Material], poles_x: Sequence[float] = _POLES_X) -> None:
        self._windows = _lit_by_the_flat(palette["window"])
        material = bpy.data.materials.new("street lamp")
        material.use_nodes = True
        material.cycles.emission_sampling = "NONE"
        shader = material.node_tree.nodes["Principled BSDF"]
        shader.inputs["Emission Color"].default_value = _SODIUM
        self._lamps = shader.inputs["Emission Strength"]
        if poles_x:
            solid = Solid()
            for x in poles_x:
                solid.add_box((x, _LAMP_Y, _LAMP_Z), (0.34, 0.6, 0.20), "street lamp")
            solid.to_object("street lamps", {"street lamp": material})
        self.shine(False)

    def shine(self, is_on: bool) -> None:
        """Switch the town's lights on or off."""
        self._windows.default_value = _WINDOW_GLOW if is_on else 0.0
        self._lamps.default_value = _STREET_GLOW if is_on else 0.0


def _lit_by_the_flat(material: bpy.types.Material) -> bpy.types.NodeSocket:
    """Let a share of windows glow; return the socket for how strongly."""
    material.cycles.emission_sampling = "NONE"
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place, flats, who = (nodes.new(f"ShaderNode{kind}") for kind in ("NewGeometry", "VectorMath", "TexWhiteNoise"))
    flats.operation = "SNAP"
    flats.inputs[1].default_value = (_FLAT_M, 40.0, _STOREY_M)
    links.new(place.outputs["Position"], flats.inputs[0])
    links.new(flats.outputs["Vector"], who.inputs["Vector"])
    split, glow = nodes.new("ShaderNodeSeparateXYZ"), nodes.new("ShaderNodeMath")
    links.new(place.outputs["Position"], split.inputs["Vector"])
    is_up = _compared(nodes, links, "LESS_THAN", who.outputs["Value"], _SHARE_UP)
    is_town = _compared(nodes, links, "GREATER_THAN", split.outputs["Y"], _TOWN_FROM_Y_M)
    both = nodes.new("ShaderNodeMath")
    both.operation = glow.operation = "MULTIPLY"
    links.new(is_up, both.inputs[0])
    links.new(is_town, both.inputs[1])
    links.new(both.outputs["Value"], glow.inputs[0])
    shader = nodes["Principled BSDF"]
    shader.inputs["Emission Color"].default_value = _WARM
    links.new(glow.outputs["Value"], shader.inputs["Emission Strength"])
    return glow.inputs[1]


def _compared(
    nodes: bpy.types.Nodes, links: bpy.types.NodeLinks, operation: str, value: bpy.types.NodeSocket, limit: float
) -> bpy.types.NodeSocket:
    node = nodes.new("ShaderNodeMath")
    node.operation = operation
    node.inputs[1].default_value = limit
    links.new(value, node.inputs[0])
    return node.outputs["Value"]
