"""Turn photograph sets with their own class lists, and rendered footage, into one training set.

An optional `sources.csv` beside the sets (set, split, name, original_file, source) says which
video or site a picture comes from, so that the development split shares no source with what is
trained on. The sets' own val splits are left alone.
"""

import csv
import hashlib
import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vision.detector import Detector, Image
from vision.errors import DatasetError
from vision.image import encode_jpeg, read_image
from vision.photo_set import ClassMap, Photo, load_class_maps, read_photos
from vision.taxonomy import NETWORK_LABELS
from vision.training.mosaic import Piece, pieces_of
from vision.training.pieces import boxes_in
from vision.training.rendered_footage import rendered_frames
from vision.training.sample import DEVELOPMENT, TRAIN, BoxUse, Sample, SampleBox, read_samples, write_samples
from vision.training.settings import TrainingSettings
from vision.training.teacher import taught
from vision.weights import DataOrigin

# Beside the sets, for those that are not shipped with a map.
OWN_CLASS_MAPS = "class_maps.yaml"
FOOTAGE_SET = "rendered-footage"
DEVELOPMENT_SHARE = 0.1
# A source with more of the development split than this would make it a split of one video; such are
# taken only where smaller ones do not fill it.
LARGEST_SOURCE_SHARE = 0.25
JPEG_QUALITY = 95
# A piece narrower than this shows nothing that could be learnt.
LEAST_PIECE_PX = 80


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The pictures under `folder`, and where they come from."""

    folder: Path
    samples: tuple[Sample, ...]
    origins: tuple[DataOrigin, ...]

    def of_part(self, part: str) -> tuple[Sample, ...]:
        """The pictures to train on, or those to choose by."""
        return tuple(sample for sample in self.samples if sample.part == part)


def build_training_set(
    data: Path,
    out: Path,
    settings: TrainingSettings,
    teacher: Detector,
    footage: Sequence[Path] = (),
    on_note: Callable[[str], None] = lambda _text: None,
) -> TrainingSet:
    """Write the pictures of all known sets under `data` and of the `footage` folders, with their boxes.

    What an earlier call has made of the same files and settings is taken as it is.

    Raises:
        DatasetError: no known set is there, or one is not laid out as documented.
    """
    own = data / OWN_CLASS_MAPS
    known = {**load_class_maps(), **(load_class_maps(own) if own.is_file() else {})}
    present = [class_map for name, class_map in known.items() if (data / name).is_dir()]
    if not present:
        raise DatasetError(f"No known photograph set under {data}: expected a folder named {' or '.join(known)}.")
    key = _key(settings, data, present, footage)
    listed = read_samples(out / "samples.json", key)
    if listed is None:
        # A picture left from an earlier call with another seed would stand in both splits.
        shutil.rmtree(out / "images", ignore_errors=True)
        writer = _Writer(out, settings, teacher)
        sources = _read_sources(data / "sources.csv")
        for class_map in present:
            on_note(f"reading {class_map.set_name}")
            _add_photographs(writer, data, class_map, sources)
        for folder in footage:
            on_note(f"reading {folder}")
            _add_footage(writer, folder)
        listed = writer.samples
        write_samples(out / "samples.json", key, listed)
    return TrainingSet(out, tuple(listed), _origins(listed, known))


def development_names(names: Sequence[str], source_of: dict[str, str], seed: int) -> frozenset[str]:
    """Choose about a tenth of `names`, whole sources at a time; a name without a source is its own.

    Raises:
        DatasetError: there are too few sources to set some aside.
    """
    by_source: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_source[source_of.get(name, name)].append(name)
    wanted = max(1, round(len(names) * DEVELOPMENT_SHARE))
    small = [source for source in sorted(by_source) if len(by_source[source]) <= wanted * LARGEST_SOURCE_SHARE]
    large = sorted(set(by_source) - set(small))
    order = random.Random(seed)  # noqa: S311 - a split that can be made again, not a secret
    order.shuffle(small)
    order.shuffle(large)
    large.sort(key=lambda source: len(by_source[source]))
    chosen: list[str] = []
    for source in (*small, *large):
        if len(chosen) < wanted and len(chosen) + len(by_source[source]) <= len(names) / 2:
            chosen += by_source[source]
    if not chosen:
        raise DatasetError(f"{len(names)} photographs of {len(by_source)} sources cannot be split. Add other sources.")
    return frozenset(chosen)


class _Writer:
    """Writes pictures one by one and keeps their list."""

    def __init__(self, folder: Path, settings: TrainingSettings, teacher: Detector) -> None:
        self.settings = settings
        self.samples: list[Sample] = []
        self._folder = folder
        self._teacher = teacher

    def add(self, sample: Sample, image: Image, *, is_complete: bool = False) -> None:
        """Write a picture; `is_complete` truth and the development split are not touched by the teacher."""
        path = self._folder / sample.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(image, JPEG_QUALITY))
        if not is_complete and sample.part == TRAIN:
            sample = taught(sample, image, self._teacher, self.settings)
        self.samples.append(sample)


def _add_photographs(writer: _Writer, data: Path, class_map: ClassMap, sources: dict[tuple[str, str], str]) -> None:
    photos = read_photos(data / class_map.set_name, TRAIN, class_map)
    source_of = {name: source for (of_set, name), source in sources.items() if of_set == class_map.set_name}
    development = development_names([photo.path.stem for photo in photos], source_of, writer.settings.seed)
    for photo in photos:
        part = DEVELOPMENT if photo.path.stem in development else TRAIN
        _add_photo(writer, photo, class_map, part)


def _add_photo(writer: _Writer, photo: Photo, class_map: ClassMap, part: str) -> None:
    image = read_image(photo.path)
    height, width = image.shape[:2]
    corners = photo.xyxy(width, height).tolist()
    boxes = tuple(
        SampleBox(NETWORK_LABELS.index(box.label), (left, top, right, bottom))
        for box, (left, top, right, bottom) in zip(photo.boxes, corners, strict=True)
    )
    takes_apart = class_map.is_mosaic and writer.settings.split_mosaics
    pieces = pieces_of(image) if takes_apart else [Piece(0, 0, width, height)]
    # Of a mosaic only the first piece is known to be of the named source; the others may be trained on.
    for number, piece in enumerate(pieces[:1] if part == DEVELOPMENT else pieces):
        if min(piece.right - piece.left, piece.bottom - piece.top) < LEAST_PIECE_PX:
            continue
        sample = Sample(
            path=f"images/{part}/{class_map.set_name}-{photo.path.stem}-{number}.jpg",
            part=part,
            set_name=class_map.set_name,
            width_px=piece.right - piece.left,
            height_px=piece.bottom - piece.top,
            boxes=boxes_in(piece, boxes, are_cut=class_map.is_mosaic, drop_cut=writer.settings.drop_cut_boxes),
            not_labelled=tuple(sorted(NETWORK_LABELS.index(label) for label in class_map.not_labelled)),
            is_stretched=class_map.is_stretched,
            is_piece=takes_apart and len(pieces) > 1,
        )
        if part == DEVELOPMENT:
            sample = _as_published(sample)
        writer.add(sample, image[piece.top : piece.bottom, piece.left : piece.right])


def _as_published(sample: Sample) -> Sample:
    boxes = tuple(box if box.use is BoxUse.IGNORED else SampleBox(box.class_id, box.xyxy) for box in sample.boxes)
    return replace(sample, boxes=boxes)


def _add_footage(writer: _Writer, folder: Path) -> None:
    for frame in rendered_frames(folder, writer.settings.footage_every):
        height, width = frame.image.shape[:2]
        path = f"images/{TRAIN}/{FOOTAGE_SET}-{frame.name}.jpg"
        writer.add(Sample(path, TRAIN, FOOTAGE_SET, width, height, frame.boxes), frame.image, is_complete=True)


def _origins(samples: Sequence[Sample], known: dict[str, ClassMap]) -> tuple[DataOrigin, ...]:
    counts = Counter(sample.set_name for sample in samples if sample.part == TRAIN)
    rendered = DataOrigin(
        name=FOOTAGE_SET,
        pictures=max(1, counts.pop(FOOTAGE_SET, 0)),
        origin="sample sites rendered by this project, no second seeds",
        licence="AGPL-3.0-or-later",
    )
    photographed = tuple(
        DataOrigin(name=name, pictures=count, origin=known[name].origin, licence=known[name].licence)
        for name, count in counts.items()
    )
    is_rendered = any(sample.set_name == FOOTAGE_SET for sample in samples)
    return (*photographed, rendered) if is_rendered else photographed


def _key(settings: TrainingSettings, data: Path, present: Sequence[ClassMap], footage: Sequence[Path]) -> str:
    """A digest of all that the written pictures and boxes depend on."""
    names = ("seed", "split_mosaics", "drop_cut_boxes", "refine_boxes", "teach_unlabelled", "spare_unlabelled")
    document = {
        "settings": [getattr(settings, name) for name in (*names, "footage_every")],
        "photographs": {
            m.set_name: sorted(p.name for p in (data / m.set_name / "images").rglob("*.*")) for m in present
        },
        "classes": repr([(one.labels, sorted(label.name for label in one.not_labelled)) for one in present]),
        "labels": {m.set_name: _digest(data / m.set_name / "labels", "*/*.txt") for m in present},
        "footage": {folder.name: _digest(folder, "*/*.truth.json") for folder in footage},
    }
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _digest(folder: Path, pattern: str) -> str:
    """One digest of the names and contents of all files that match; pictures are told by these beside them."""
    found = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        found.update(f"{path.relative_to(folder)}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _read_sources(path: Path) -> dict[tuple[str, str], str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return {(row["set"], row["name"]): row["source"] or row["original_file"] for row in csv.DictReader(handle)}
