from pathlib import Path

import pytest

from vision.errors import DatasetError
from vision.evaluation.picture_sources import unseen_pictures

ROWS = """set,split,name,original_file,source
corner-site,train,t0,x.jpg,gate
corner-site,val,a,y.jpg,gate
corner-site,val,b,z.jpg,crane
corner-site,val,c,w.jpg,
other-set,train,t9,v.jpg,crane
"""


@pytest.mark.parametrize("place", ["corner-site", "."])
def test_pictures_of_sources_that_train_lacks_are_named(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "corner-site"
    folder.mkdir()
    (tmp_path / place / "sources.csv").write_text(ROWS, encoding="utf-8")
    assert unseen_pictures(folder, "corner-site", "val") == frozenset({"b"})


def test_without_known_sources_nothing_is_said(tmp_path: Path) -> None:
    assert unseen_pictures(tmp_path, "corner-site", "val") is None
    (tmp_path / "sources.csv").write_text(ROWS, encoding="utf-8")
    assert unseen_pictures(tmp_path, "third-set", "val") is None


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text("set,name\na,b\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="source, split"):
        unseen_pictures(tmp_path, "a", "val")
