"""The one door to OpenVINO, with its telemetry left out.

`import openvino` sends an event to an analytics service unless a file in the user's home folder
says otherwise (openvino/tools/ovc/__init__.py). Where the module `openvino_telemetry` cannot be
imported, OpenVINO takes its own silent stand-in; a None in `sys.modules` is Python's documented
way to say so. Every other module takes what it needs of OpenVINO from here.
"""

import sys

if "openvino" not in sys.modules:
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # documented, absent from the stubs

# The stand-in must be chosen before openvino is imported.
import openvino
from openvino import CompiledModel, Core, InferRequest, Layout, Type
from openvino.preprocess import ColorFormat, PrePostProcessor

__all__ = [
    "ColorFormat",
    "CompiledModel",
    "Core",
    "InferRequest",
    "Layout",
    "PrePostProcessor",
    "Type",
    "openvino",
]
