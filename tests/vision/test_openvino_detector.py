import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vision.detections import Detections, Group
from vision.detector import Image
from vision.openvino_detector import OpenVinoDetector
from vision.taxonomy import NETWORK_LABELS
from vision.weights import VerifiedWeights


def rows(found: Detections) -> list[tuple[object, ...]]:
    return [(one.label.name, one.confidence, one.xyxy) for one in found]


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)


def test_the_people_beside_the_bus_are_found(detector: OpenVinoDetector, bus: Image) -> None:
    # Not the bus: site photographs have none, and these weights have forgotten the street's.
    found = detector.detect([bus])[0]
    people = [one.xyxy for one in found.of_group(Group.PERSON)]
    for person in ((48, 399, 240, 904), (223, 406, 345, 860), (670, 392, 810, 879)):
        assert max(overlap(person, box) for box in people) > 0.7


def test_boxes_lie_in_the_picture_most_confident_first(detector: OpenVinoDetector, bus: Image) -> None:
    found = detector.detect([bus], 0.01)[0]
    assert len(found) > 10
    assert found.xyxy.min() >= 0
    assert (found.xyxy <= (810, 1080, 810, 1080)).all()
    assert (np.diff(found.confidence) <= 0).all()
    assert found.confidence.min() >= 0.01


def test_a_second_run_gives_the_same_boxes(shipped_weights: VerifiedWeights, bus: Image) -> None:
    first, second = (OpenVinoDetector(shipped_weights).detect([bus, bus], 0.05) for _ in range(2))
    assert rows(first[0]) == rows(first[1]) == rows(second[0]) == rows(second[1])


def test_several_threads_get_what_one_gets(detector: OpenVinoDetector, bus: Image) -> None:
    pictures = [bus, np.ascontiguousarray(bus[:, ::-1]), bus[:540], bus[:, :405]] * 2
    alone = [rows(detector.detect([picture], 0.1)[0]) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: rows(detector.detect([picture], 0.1)[0]), pictures))
    assert together == alone


def test_many_pictures_in_one_call_get_what_each_gets_alone(shipped_weights: VerifiedWeights, bus: Image) -> None:
    detector = OpenVinoDetector(shipped_weights, goal="throughput")
    pictures = [bus[number * 30 :, : 810 - number * 40] for number in range(9)]
    alone = [rows(detector.detect([picture], 0.1)[0]) for picture in pictures]
    assert [rows(found) for found in detector.detect(pictures, 0.1)] == alone
    assert len({len(found) for found in alone}) > 1


def test_a_picture_that_breaks_a_call_does_not_break_the_next(detector: OpenVinoDetector, bus: Image) -> None:
    before = rows(detector.detect([bus])[0])
    with pytest.raises(ZeroDivisionError):
        detector.detect([bus, bus[:0, :0], bus])
    assert [rows(found) for found in detector.detect([bus, bus, bus])] == [before] * 3


def test_a_larger_size_shows_smaller_things(shipped_weights: VerifiedWeights, bus: Image) -> None:
    far = np.full((2160, 3840, 3), 114, np.uint8)
    far[900:1170, 1800:2003] = bus[::4, ::4][:270]
    usual = OpenVinoDetector(shipped_weights).detect([far])[0]
    large = OpenVinoDetector(shipped_weights, image_size_px=1920).detect([far])[0]
    assert len(usual.of_group(Group.PERSON)) < len(large.of_group(Group.PERSON))


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 2000, 3), (2000, 3, 3), (64, 64, 3)])
def test_pictures_of_odd_shapes_are_looked_at(detector: OpenVinoDetector, shape: tuple[int, int, int]) -> None:
    (found,) = detector.detect([np.zeros(shape, np.uint8)])
    assert len(found) == 0


def test_no_pictures_give_no_answers(detector: OpenVinoDetector) -> None:
    assert detector.detect([]) == []


def test_a_given_threshold_is_that_of_counting(shipped_weights: VerifiedWeights, bus: Image) -> None:
    strict = OpenVinoDetector(shipped_weights, threshold=0.85)
    assert strict.threshold == 0.85
    assert all(one.confidence >= 0.85 for one in strict.detect([bus])[0])


def test_labels_and_digest_are_the_manifests(detector: OpenVinoDetector, shipped_weights: VerifiedWeights) -> None:
    assert detector.labels == NETWORK_LABELS
    assert detector.weights_sha256 == shipped_weights.manifest.weights_sha256


def test_a_size_between_strides_is_refused(shipped_weights: VerifiedWeights) -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        OpenVinoDetector(shipped_weights, image_size_px=650)


def test_detecting_loads_no_torch_and_tells_nobody() -> None:
    program = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("network:", event, arguments)
sys.addaudithook(refuse)
import numpy as np
from vision.settings import VisionSettings
from vision.sight import open_detector, open_redactor
open_detector(VisionSettings()).detect([np.zeros((64, 64, 3), np.uint8)])
open_redactor(VisionSettings()).redact(np.zeros((64, 64, 3), np.uint8))
print([name for name in ("torch", "ultralytics", "av", "openvino_telemetry.main") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
