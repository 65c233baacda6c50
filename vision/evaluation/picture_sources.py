"""Which pictures of a split come from sources (videos, cameras) that the training part has none of.

`sources.csv` lies beside the sets or in one: columns set, split, name (the picture's stem), original_file, source.
"""

import csv
from pathlib import Path

from vision.errors import DatasetError

SOURCES = "sources.csv"
_COLUMNS = ("set", "split", "name", "source")


def unseen_pictures(folder: Path, set_name: str, split: str) -> frozenset[str] | None:
    """Names of the pictures of `split` whose source is known and not among those of train.

    None where no sources are known, so that nothing can be said.

    Raises:
        DatasetError: a sources.csv is there and not as documented.
    """
    path = next((one for one in (folder / SOURCES, folder.parent / SOURCES) if one.is_file()), None)
    if path is None:
        return None
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = set(_COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise DatasetError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
        rows = [row for row in reader if row["set"] == set_name and row["source"]]
    taught = {row["source"] for row in rows if row["split"] == "train"}
    measured = [row for row in rows if row["split"] == split]
    if not taught or not measured:
        return None
    return frozenset(row["name"] for row in measured if row["source"] not in taught)
