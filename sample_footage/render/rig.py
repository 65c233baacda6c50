"""The moving parts of one thing on site, and the number that the id pass knows it by."""

from collections.abc import Mapping

import bpy
import mathutils
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Matrix


class Rig:
    """Named Blender objects that are placed together; all carry `pass_index` in the id mask."""

    def __init__(self, name: str, pass_index: int, parts: Mapping[str, bpy.types.Object]) -> None:
        self.name = name
        self.pass_index = pass_index
        self._parts = dict(parts)
        for part in self._parts.values():
            part.pass_index = pass_index

    def move(self, part: str, transform: Matrix) -> None:
        """Put one part where `transform` (4, 4) says, in world metres."""
        self._parts[part].matrix_world = mathutils.Matrix(transform.tolist())

    def show(self, visible: bool) -> None:
        """Take the thing off the site, or bring it back."""
        for part in self._parts.values():
            part.hide_render = not visible

    def corners(self) -> NDArray[np.float64]:
        """Return the corners of every part's bounding box in world metres, (n, 3)."""
        found = []
        for part in self._parts.values():
            box = np.array([tuple(corner) for corner in part.bound_box])
            world = np.array(part.matrix_world)
            found.append(box @ world[:3, :3].T + world[:3, 3])
        return np.concatenate(found)

    def points(self) -> NDArray[np.float64]:
        """Return every corner of every visible part's mesh in world metres, (n, 3), bevels not counted."""
        found = []
        for part in self._parts.values():
            if part.hide_render:
                continue
            flat = np.empty(len(part.data.vertices) * 3, np.float32)
            part.data.vertices.foreach_get("co", flat)
            world = np.array(part.matrix_world)
            found.append(flat.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
        return np.concatenate(found)
