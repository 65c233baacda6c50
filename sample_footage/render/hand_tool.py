"""What a person at work holds: shovel, plank, hammer, nippers or welding torch."""

import numpy as np
from numpy.typing import NDArray

from sample_footage.render.solid import Solid, turn_about

Vector = NDArray[np.float64]


def add_hand_tool(solid: Solid, tool: str, hands: list[Vector]) -> None:
    """Add the tool named `tool` to the grips of the left and the right hand."""
    if tool == "shovel":
        axis = (hands[1] - hands[0]) / np.linalg.norm(hands[1] - hands[0])
        axis = axis + np.array([0.5, 0.0, -0.75])
        axis /= np.linalg.norm(axis)
        top, end = hands[0] - axis * 0.25, hands[0] + axis * 1.0
        solid.add_tube(top, end, 0.02, 0.02, "timber", 8)
        solid.add_tube(end, end + axis * 0.28, 0.10, 0.07, "steel", 8)
    elif tool == "plank":
        middle = (hands[0] + hands[1]) / 2 + np.array([0.06, 0.0, 0.02])
        solid.add_box(middle, (0.22, 1.5, 0.12), "timber")
    elif tool == "shoulder_plank":
        solid.add_box(hands[1] + np.array([-0.25, 0.06, 0.06]), (3.4, 0.2, 0.07), "timber")
    elif tool == "hammer":
        grip = hands[1]
        reach = grip - (hands[0] + grip) / 2
        axis = np.array([0.8, 0.0, 0.25]) + np.array([0.0, 0.0, 0.9]) * float(reach[2] > 0.12)
        axis /= np.linalg.norm(axis)
        solid.add_tube(grip - axis * 0.08, grip + axis * 0.30, 0.018, 0.018, "timber", 8)
        solid.add_box(grip + axis * 0.30, (0.07, 0.06, 0.15), "steel", turn_about("y", -20))
    elif tool == "nippers":
        for hand in hands:
            solid.add_tube(hand, hand + np.array([0.10, 0.0, -0.12]), 0.014, 0.01, "red_paint", 6)
    elif tool == "torch":
        middle = (hands[0] + hands[1]) / 2
        tip = middle + np.array([0.22, 0.0, -0.20])
        solid.add_tube(middle, tip, 0.02, 0.012, "black", 8)
        solid.add_ball(tip, (0.035, 0.035, 0.035), "tape", z_from=-0.98, rings=5, sides=8)
