from pathlib import Path

import pytest

from vision.errors import DatasetError
from vision.evaluation.ignored_boxes import ignored_classes
from vision.photo_set import CLASS_MAPS

MAP = """yard:
  origin: here
  licence: ours
  ignored: {ignored}
  classes: {{0: person, 1: null}}
"""


def test_the_classes_to_ignore_are_those_that_the_map_lists(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.format(ignored="[1]"), encoding="utf-8")
    assert ignored_classes(path, "yard") == frozenset({1})
    assert ignored_classes(CLASS_MAPS, "site-photos") == frozenset()


@pytest.mark.parametrize("ignored", ["[0]", "[7]"])
def test_a_class_that_is_ours_or_not_there_cannot_be_ignored(tmp_path: Path, ignored: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.format(ignored=ignored), encoding="utf-8")
    with pytest.raises(DatasetError, match="yard ignores"):
        ignored_classes(path, "yard")
