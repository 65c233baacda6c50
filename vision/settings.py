"""What may be set about looking at pictures."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from vision.weights import SHIPPED, Precision

Confidence = Annotated[float, Field(gt=0, lt=1)]
ImageSize = Annotated[int, Field(ge=64, le=2560, multiple_of=32)]

MOST_TILES = 6


class VisionSettings(BaseModel):
    """The section `vision` of the settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights_folder: Path = Field(SHIPPED, description="Folder of weights manifests; the shipped one by default.")
    weights: str = Field("nazar-site-n", description="Name of the weights that count people, machines and vehicles.")
    device: Literal["cpu", "cuda"] = Field("cpu", description="cpu runs OpenVINO; cuda runs torch on an NVIDIA GPU.")
    precision: Precision | None = Field(
        None, description="fp32 or int8, on the CPU; the one that the weights' manifest ships by default."
    )
    image_size_px: ImageSize | None = Field(
        None, description="Longer side at which pictures are looked at; the size the weights were made for by default."
    )
    threshold: Confidence | None = Field(
        None, description="Confidence from which a detection counts; the weights' own by default."
    )
    tiles: int = Field(
        1,
        ge=1,
        le=MOST_TILES,
        description=(
            "Look at wide views in tiles, so many across and down, beside the whole picture: for high masts, "
            "from which people are a few pixels tall. 1 looks at the whole picture only; 2 costs five looks, 3 ten."
        ),
    )
    redaction_weights: str = Field(
        "coco-start-n", description="Name of further weights, by which the redactor finds what the first ones miss."
    )
    redaction_threshold: Confidence | None = Field(
        None,
        description="Confidence of the first weights from which people and vehicles are hidden; their own by default.",
    )
    threads: int = Field(0, ge=0, description="CPU threads for the detector; 0 leaves the number to OpenVINO.")
