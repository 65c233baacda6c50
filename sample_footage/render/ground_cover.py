"""Snow and wet over everything that lies in the open: one node group that all such materials share."""

from typing import TypeAlias

import bpy

COVER = "ground cover"
SNOW, WET = "snow", "wet"

_Feed: TypeAlias = bpy.types.NodeSocket | float | tuple[float, float, float, float]

# World metres: snow lies in patches of about this size.
_DRIFT_M = 2.6
_SNOW, _TRODDEN = (0.80, 0.83, 0.88, 1.0), (0.52, 0.51, 0.49, 1.0)
_PUDDLE_ROUGHNESS = 0.12


def make_cover() -> bpy.types.NodeTree:
    """The node group between a surface's own looks and its shader: first wet, then snow on top."""
    tree = bpy.data.node_groups.new(COVER, "ShaderNodeTree")
    sockets = (("Color", "NodeSocketColor"), ("Roughness", "NodeSocketFloat"))
    for side in ("INPUT", "OUTPUT"):
        for name, kind in sockets:
            tree.interface.new_socket(name, in_out=side, socket_type=kind)
    nodes, links = tree.nodes, tree.links
    enter, leave = nodes.new("NodeGroupInput"), nodes.new("NodeGroupOutput")
    snow, wet = nodes.new("ShaderNodeValue"), nodes.new("ShaderNodeValue")
    snow.name, wet.name = SNOW, WET
    snow.outputs["Value"].default_value = wet.outputs["Value"].default_value = 0.0
    place = nodes.new("ShaderNodeNewGeometry")
    drift = nodes.new("ShaderNodeTexNoise")
    drift.inputs["Scale"].default_value, drift.inputs["Detail"].default_value = 1 / _DRIFT_M, 3.0
    links.new(place.outputs["Position"], drift.inputs["Vector"])
    split = nodes.new("ShaderNodeSeparateXYZ")
    links.new(place.outputs["Normal"], split.inputs["Vector"])
    up = _ramp(tree, split.outputs["Z"], 0.35, 0.60)

    puddle = _ramp(tree, drift.outputs["Fac"], 0.64, 0.47)
    lying = _product(tree, wet.outputs["Value"], _product(tree, puddle, up))
    wetted = _product(tree, wet.outputs["Value"], 0.45)
    dark = _mix(tree, "RGBA", wetted, enter.outputs["Color"], (0.01, 0.009, 0.008, 1.0))
    darker = _mix(tree, "RGBA", _product(tree, lying, 0.35), dark, (0.02, 0.018, 0.016, 1.0))
    smooth = _mix(tree, "FLOAT", wetted, enter.outputs["Roughness"], 0.2)
    smoother = _mix(tree, "FLOAT", lying, smooth, _PUDDLE_ROUGHNESS)

    # The edge of the patches moves down through the noise as the cover grows.
    edge = _sum(tree, drift.outputs["Fac"], _product(tree, snow.outputs["Value"], 0.62))
    patches = _product(tree, _ramp(tree, edge, 0.74, 0.80), up)
    # A first dusting fades in; no snow at all must be an exact 0, or the group isn't dropped.
    present = _product(tree, snow.outputs["Value"], 8.0, is_clamped=True)
    white = _product(tree, present, patches)
    tone = _mix(tree, "RGBA", _ramp(tree, drift.outputs["Fac"], 0.48, 0.36), _SNOW, _TRODDEN)
    links.new(_mix(tree, "RGBA", white, darker, tone), leave.inputs["Color"])
    links.new(_mix(tree, "FLOAT", white, smoother, 0.8), leave.inputs["Roughness"])
    return tree


def _put(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, value: _Feed) -> None:
    if isinstance(value, bpy.types.NodeSocket):
        tree.links.new(value, socket)
    else:
        socket.default_value = value


def _product(tree: bpy.types.NodeTree, one: _Feed, two: _Feed, is_clamped: bool = False) -> bpy.types.NodeSocket:
    node = tree.nodes.new("ShaderNodeMath")
    node.operation, node.use_clamp = "MULTIPLY", is_clamped
    _put(tree, node.inputs[0], one)
    _put(tree, node.inputs[1], two)
    return node.outputs["Value"]


def _sum(tree: bpy.types.NodeTree, one: _Feed, two: _Feed) -> bpy.types.NodeSocket:
    node = tree.nodes.new("ShaderNodeMath")
    _put(tree, node.inputs[0], one)
    _put(tree, node.inputs[1], two)
    return node.outputs["Value"]


def _ramp(tree: bpy.types.NodeTree, value: _Feed, zero_at: float, one_at: float) -> bpy.types.NodeSocket:
    node = tree.nodes.new("ShaderNodeMapRange")
    node.inputs["From Min"].default_value, node.inputs["From Max"].default_value = zero_at, one_at
    _put(tree, node.inputs["Value"], value)
    return node.outputs["Result"]


def _mix(tree: bpy.types.NodeTree, kind: str, share: _Feed, one: _Feed, two: _Feed) -> bpy.types.NodeSocket:
    node = tree.nodes.new("ShaderNodeMix")
    node.data_type = kind
    # The node has sockets of every kind under the same names; only those of its own kind count.
    inputs = [socket for socket in node.inputs if socket.enabled]
    for socket, value in zip(inputs, (share, one, two), strict=True):
        _put(tree, socket, value)
    return next(socket for socket in node.outputs if socket.enabled)
