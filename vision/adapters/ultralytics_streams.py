"""ultralytics' own loader of streams with its `predict`, to hold our watching against."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# OpenCV's FFmpeg asks for UDP first, of which much is lost on a busy machine.
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")


from vision.adapters.ultralytics_gate import LoadStreams
from vision.adapters.ultralytics_predict import torch_predict
from vision.weights import Manifest


def watch_streams(
    manifest: Manifest,
    weights_folder: Path,
    addresses: Sequence[str],
    look_every_s: float,
    on_look: Callable[[int], None],
    stop: threading.Event,
    scratch: Path,
) -> None:
    """Look at the newest picture of each stream every `look_every_s`, until told to stop; one stream after another.

    `on_look` is told the number of each stream that was looked at. `scratch` takes files of ultralytics'.
    """
    predict = torch_predict(manifest, weights_folder, scratch)
    sources = scratch / "cameras.streams"
    sources.write_text("\n".join(addresses), encoding="utf-8")
    loader = LoadStreams(str(sources))
    try:
        due_at_s = time.monotonic()
        for _, images, _ in loader:
            for number, image in enumerate(images):
                predict.one_by_one([image])
                on_look(number)
            due_at_s += look_every_s
            if stop.wait(max(0.0, due_at_s - time.monotonic())):
                return
    finally:
        loader.close()
