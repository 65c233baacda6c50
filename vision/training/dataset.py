"""Turn photograph sets with their own class lists into one training set with ours.

An optional `sources.csv` beside the sets (set, split, name, original_file, source) says which
video or site a picture comes from, so that the development split shares no source with what is
trained on. The sets' own val splits are left alone.
"""

import csv
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from vision.errors import DatasetError
from vision.photo_set import ClassMap, Photo, load_class_maps, read_photos
from vision.taxonomy import SITE_LABELS
from vision.weights import DataOrigin

TRAIN = "train"
DEVELOPMENT = "dev"
DEVELOPMENT_SHARE = 0.1
# A source with more of the development split than this would make it a split of one video; such are
# taken only where smaller ones do not fill it.
LARGEST_SOURCE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What was written: the file ultralytics reads, and where the pictures come from."""

    data_file: Path
    origins: tuple[DataOrigin, ...]


def build_training_set(data: Path, out: Path, seed: int) -> TrainingSet:
    """Write links to the pictures of all known sets under `data`, and their labels in our classes.

    Raises:
        DatasetError: no known set is there, or one is not laid out as documented.
    """
    sources = _read_sources(data / "sources.csv")
    known = load_class_maps()
    present = [class_map for name, class_map in known.items() if (data / name).is_dir()]
    if not present:
        raise DatasetError(f"No known photograph set under {data}: expected a folder named {' or '.join(known)}.")
    # A picture left from an earlier call with another seed would stand in both splits.
    for kind in ("images", "labels"):
        shutil.rmtree(out / kind, ignore_errors=True)
    origins = tuple(_add_set(data, out, class_map, sources, seed) for class_map in present)
    data_file = out / "data.yaml"
    document = {
        "path": str(out.resolve()),
        "train": f"images/{TRAIN}",
        "val": f"images/{DEVELOPMENT}",
        "names": {index: label.name for index, label in enumerate(SITE_LABELS)},
    }
    data_file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return TrainingSet(data_file, origins)


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


def _add_set(data: Path, out: Path, class_map: ClassMap, sources: dict[tuple[str, str], str], seed: int) -> DataOrigin:
    set_name = class_map.set_name
    photos = read_photos(data / set_name, TRAIN, class_map)
    source_of = {name: source for (of_set, name), source in sources.items() if of_set == set_name}
    development = development_names([photo.path.stem for photo in photos], source_of, seed)
    for photo in photos:
        part = DEVELOPMENT if photo.path.stem in development else TRAIN
        stem = f"{set_name}-{photo.path.stem}"
        _link(out / "images" / part / f"{stem}.jpg", photo.path)
        _write(out / "labels" / part / f"{stem}.txt", _label_text(photo))
    return DataOrigin(
        name=set_name, pictures=len(photos) - len(development), origin=class_map.origin, licence=class_map.licence
    )


def _label_text(photo: Photo) -> str:
    return "".join(
        f"{SITE_LABELS.index(box.label)} {' '.join(f'{value:.6f}' for value in box.cxcywh)}\n" for box in photo.boxes
    )


def _read_sources(path: Path) -> dict[tuple[str, str], str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return {(row["set"], row["name"]): row["source"] or row["original_file"] for row in csv.DictReader(handle)}


def _link(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target.resolve())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
