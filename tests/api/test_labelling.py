"""The labelling queue from a real camera to exported files, over the API and the command."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from models.principal import Role
from models.secrets import load_seal
from tests.api.test_cli import nazar as nazar_command
from tests.api.test_cli import refused
from tests.support.builders import plant
from tests.support.instance import RunningInstance, eventually, running_nazar
from tests.support.photos import bus_photo
from tests.support.rtsp_server import RtspServer
from tests.support.video import encode_clip, moving_photo

# Doubt is looked for soon and found easily, so that a test needn't wait for it.
EAGER = {
    "labelling__check_every_s": "1",
    "labelling__low_share": "0.04",
    "labelling__least_doubt": "0",
    "labelling__unredacted_is_allowed": "true",
}
OPENING = {"hours": 2, "reason": "People at the gate are missed"}


@pytest.fixture(scope="module")
def nazar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    with running_nazar(tmp_path_factory.mktemp("data"), **EAGER) as instance:
        yield instance


def test_a_camera_fills_the_queue_and_people_take_it_away(
    nazar: RunningInstance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    admin, operator, viewer = (nazar.client(role) for role in (Role.ADMIN, Role.OPERATOR, Role.VIEWER))
    folder = tmp_path_factory.mktemp("labelling")
    assert operator.post("/api/v1/labelling/openings", json=OPENING).status_code == 403
    opened = admin.post("/api/v1/labelling/openings", json=OPENING)
    assert opened.status_code == 201, opened.text
    clip = encode_clip(moving_photo(bus_photo(), 60, 640, 480), folder / "street.mp4", gop=5)

    def frames() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = operator.get("/api/v1/labelling/frames").json()["items"]
        return found

    with RtspServer({"/cam": clip}) as server:
        _watch(nazar, server.url())
        (frame, *_) = eventually(frames, lambda found: any(one["has_unredacted"] for one in found))
    assert frame["reasons"]
    assert frame["proposals"]

    for path in ("frames", "export"):
        assert viewer.get(f"/api/v1/labelling/{path}").status_code == 403
    for path in ("openings", "events"):
        assert operator.get(f"/api/v1/labelling/{path}").status_code == 403
    redacted = operator.get(f"/api/v1/labelling/frames/{frame['id']}/picture")
    assert redacted.headers["content-type"] == "image/jpeg"
    assert redacted.headers["cache-control"] == "no-store"
    unredacted = f"/api/v1/labelling/frames/{frame['id']}/unredacted"
    assert operator.post(unredacted).status_code == 403
    shown = admin.post(unredacted)
    assert shown.status_code == 200, shown.text
    assert shown.content != redacted.content

    for form, inside in (("yolo", "data.yaml"), ("coco", "annotations/instances_train.json")):
        answer = operator.get("/api/v1/labelling/export", params={"form": form})
        assert answer.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert inside in archive.namelist()
            assert any(redacted.content == archive.read(name) for name in archive.namelist())
    assert operator.post("/api/v1/labelling/unredacted-export").status_code == 403
    with zipfile.ZipFile(io.BytesIO(admin.post("/api/v1/labelling/unredacted-export").content)) as archive:
        assert any(shown.content == archive.read(name) for name in archive.namelist())

    assert admin.delete(f"/api/v1/labelling/openings/{opened.json()['id']}").status_code == 204
    assert admin.post(unredacted).status_code == 409
    assert admin.post("/api/v1/labelling/unredacted-export").status_code == 409
    events = admin.get("/api/v1/labelling/events").json()["items"]
    assert [event["action"] for event in events] == ["opened", "shown", "exported", "closed"]
    # At rest it is sealed: no piece of its picture data is in any file.
    size = len(shown.content)
    pieces = [shown.content[at : at + 48] for at in range(size // 4, size - 100, size // 20)]
    for file in nazar.data_dir.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert not any(piece in data for piece in pieces), file

    assert operator.delete(f"/api/v1/labelling/frames/{frame['id']}").status_code == 204
    assert operator.get(f"/api/v1/labelling/frames/{frame['id']}/picture").status_code == 404


def test_the_command_exports_opens_and_closes(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    done = nazar_command("labelling", "export", str(out), "--form", "coco", "--json", data_dir=data)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"frames": 0, "proposals": 0}
    assert (out / "annotations" / "instances_train.json").is_file()
    assert "not empty" in refused(nazar_command("labelling", "export", str(out), data_dir=data))
    zipped = tmp_path / "out.zip"
    assert "not open" in refused(nazar_command("labelling", "export", str(zipped), "--unredacted", data_dir=data))
    assert not zipped.exists()
    assert nazar_command("labelling", "export", str(zipped), data_dir=data).returncode == 0
    assert "map.yaml" in zipfile.ZipFile(zipped).namelist()
    opening = ("labelling", "open", "--hours", "2", "--reason", "a test")
    assert "unredacted_is_allowed" in refused(nazar_command(*opening, data_dir=data))
    allowed = {"NAZAR_LABELLING__UNREDACTED_IS_ALLOWED": "true"}
    assert "until" in nazar_command(*opening, data_dir=data, **allowed).stdout
    assert "open already" in refused(nazar_command(*opening, data_dir=data, **allowed))
    assert nazar_command("labelling", "close", data_dir=data).returncode == 0
    assert "until" in nazar_command(*opening, data_dir=data, **allowed).stdout
    assert nazar_command("labelling", "sweep", data_dir=data).returncode == 0


def _watch(nazar: RunningInstance, address: str) -> None:
    database = Database(nazar.database_url)
    try:
        # Beyond the numbers of the sample roadmap.
        plant(database, number=900, sealed_address=load_seal(nazar.data_dir / "seal.key").close_over(address))
    finally:
        database.close()
