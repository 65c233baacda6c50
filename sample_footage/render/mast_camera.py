"""The camera on its mast: a slightly wide lens that looks down a little, and its projection."""

import math
from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import turn_about


@dataclass(frozen=True, slots=True)
class CameraPose:
    """Where the camera hangs and looks; +y of the scene is its azimuth 0."""

    x: float
    y: float
    z: float
    pan_deg: float
    tilt_deg: float
    hfov_deg: float

    def nudged(self, pan_deg: float, tilt_deg: float) -> "CameraPose":
        """Return the pose after a push sideways and downwards."""
        return replace(self, pan_deg=self.pan_deg + pan_deg, tilt_deg=self.tilt_deg + tilt_deg)


class MastCamera:
    """The scene's camera. Pictures are `width_px` by `height_px`, projected without distortion."""

    def __init__(self, pose: CameraPose, width_px: int, height_px: int) -> None:
        self.width_px = width_px
        self.height_px = height_px
        lens = bpy.data.cameras.new("camera")
        lens.clip_end = 1000
        self._camera = bpy.data.objects.new("camera", lens)
        scene = bpy.context.scene
        scene.collection.objects.link(self._camera)
        scene.camera = self._camera
        scene.render.resolution_x, scene.render.resolution_y = width_px, height_px
        self.aim(pose)

    def aim(self, pose: CameraPose) -> None:
        """Turn the camera."""
        self.pose = pose
        self._camera.data.angle = math.radians(pose.hfov_deg)
        self._camera.location = (pose.x, pose.y, pose.z)
        self._camera.rotation_euler = (math.radians(90 + pose.tilt_deg), 0, math.radians(-pose.pan_deg))
        self._to_camera = (turn_about("z", -pose.pan_deg) @ turn_about("x", 90 + pose.tilt_deg)).T
        self._focal_px = self.width_px / 2 / math.tan(math.radians(pose.hfov_deg) / 2)

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the pixel of each world point (n, 3) as (n, 2); points behind the lens are dropped."""
        seen = (points - np.array([self.pose.x, self.pose.y, self.pose.z])) @ self._to_camera.T
        seen = seen[seen[:, 2] < -0.5]
        return np.stack(
            [
                self.width_px / 2 + self._focal_px * seen[:, 0] / -seen[:, 2],
                self.height_px / 2 - self._focal_px * seen[:, 1] / -seen[:, 2],
            ],
            axis=1,
        )
