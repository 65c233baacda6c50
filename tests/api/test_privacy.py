"""No route, export or stored file holds pixels of a person or a masked area as the camera sent them."""

import base64
import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import cv2
import httpx
import numpy as np
import pytest

from models.principal import Role
from tests.api.test_spine import add, add_watched_project, observations
from tests.support.instance import RunningInstance, eventually, running_nazar
from tests.support.photos import bus_photo
from tests.support.rtsp_server import RtspServer
from tests.support.video import encode_clip
from vision.detector import Image

# The man at the left of the packaged street scene, (left, top, right, bottom) in its pixels.
PERSON = (50, 400, 245, 905)
MARK_PX = 96
# Correlation from which the mark counts as found; on the picture as sent it is above 0.9.
FOUND = 0.5


def mark() -> Image:
    """A checkered mark with a pattern of its own: whoever passes its pixels on passes it on."""
    cells = np.random.default_rng(11).integers(0, 2, (8, 8), np.uint8) * 255
    return np.repeat(np.repeat(cells, MARK_PX // 8, 0), MARK_PX // 8, 1)[..., None].repeat(3, 2)


def marked_photo() -> Image:
    """The street scene with the mark on the man's coat."""
    photo = bus_photo().copy()
    left, top = (PERSON[0] + PERSON[2] - MARK_PX) // 2, PERSON[1] + 130
    photo[top : top + MARK_PX, left : left + MARK_PX] = mark()
    return photo


def holds_mark(picture: Image) -> bool:
    """Whether the mark stands anywhere in the picture, at the size sent or near it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    for scale in (0.5, 0.75, 1.0):
        size = round(MARK_PX * scale)
        wanted = cv2.cvtColor(cv2.resize(mark(), (size, size), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
        if grey.shape[0] < size or grey.shape[1] < size:
            continue
        if float(cv2.matchTemplate(grey, wanted, cv2.TM_CCOEFF_NORMED).max()) > FOUND:
            return True
    return False


def pictures_in(data: bytes) -> Iterator[Image]:
    """Every picture in some bytes: the bytes themselves, and base64 texts inside JSON."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if decoded is not None:
        yield np.asarray(decoded, np.uint8)
        return
    for text in re.findall(rb"[A-Za-z0-9+/]{200,}={0,2}", data):
        try:
            inner = base64.b64decode(text, validate=True)
        except ValueError:
            continue
        picture = cv2.imdecode(np.frombuffer(inner, np.uint8), cv2.IMREAD_COLOR) if inner else None
        if picture is not None:
            yield np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def nazar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    with running_nazar(tmp_path_factory.mktemp("data")) as instance:
        yield instance


def every_get_route(client: httpx.Client, known: dict[str, list[str]]) -> Iterator[tuple[str, httpx.Response]]:
    """Every GET route of the OpenAPI document, with each known value in its place, in path and required query."""
    paths: dict[str, Any] = client.get("/api/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if "get" not in methods:
            continue
        in_path = re.findall(r"\{(\w+)\}", path)
        asked = methods["get"].get("parameters", [])
        needed = [one["name"] for one in asked if one["in"] == "query" and one["required"]]
        names = [*in_path, *needed]
        for values in itertools.product(*(known.get(name, [str(uuid4())]) for name in names)):
            filled = dict(zip(names, values, strict=True))
            url = path.format(**{name: filled[name] for name in in_path})
            yield url, client.get(url, params={name: filled[name] for name in needed})


@pytest.mark.bar("2: no route, export or stored file holds a marked person")
def test_a_marked_person_leaves_by_no_route_and_stands_in_no_file(
    nazar: RunningInstance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    photo = marked_photo()
    assert holds_mark(photo)
    noise = np.random.default_rng(3)
    run = (
        np.clip(photo.astype(np.int16) + noise.integers(-4, 5, photo.shape), 0, 255).astype(np.uint8) for _ in range(40)
    )
    clip = encode_clip(run, tmp_path_factory.mktemp("clip") / "marked.mp4", gop=5)
    admin = nazar.client(Role.ADMIN)
    with RtspServer({"/cam": clip}) as server:
        project, camera = add_watched_project(nazar, "marked-site", server.url())
        rows = eventually(lambda: observations(admin, project), lambda found: bool(found) and bool(found[0]["tallies"]))
        shown = eventually(
            lambda: admin.get(f"/api/v1/projects/{project['id']}/pictures").json(),
            lambda found: found[0]["evidence_id"] is not None,
        )
        probed = admin.post("/api/v1/cameras/probe", json={"address": server.url()})
        assert probed.status_code == 200, probed.text
        known = {
            "project_id": [project["id"]],
            "camera_id": [camera["id"]],
            "site_id": [row["id"] for row in admin.get("/api/v1/sites").json()["items"]],
            "placement_id": [rows[0]["placement_id"]],
            "evidence_id": [rows[-1]["evidence_id"], shown[0]["evidence_id"]],
            "number": ["40"],
            "day": [rows[-1]["window_starts_at"][:10]],
        }
        answers = [("probe", probed), *every_get_route(admin, known)]
    seen = 0
    for path, answer in answers:
        assert answer.status_code in {200, 404}, f"{path}: {answer.status_code}"
        for picture in pictures_in(answer.content):
            seen += 1
            assert not holds_mark(picture), path
    assert seen >= 2
    stored = 0
    for file in nazar.data_dir.rglob("*"):
        if file.is_file():
            for picture in pictures_in(file.read_bytes()):
                stored += 1
                assert not holds_mark(picture), file
    assert stored >= 1


def test_no_credential_is_in_an_answer_a_log_or_the_database(nazar: RunningInstance) -> None:
    secret = "p%40ss-сыр-9f3k"
    plain = "p@ss-сыр-9f3k"
    operator = nazar.client(Role.OPERATOR)
    created = add(operator, "cameras", name="secret", address=f"rtsp://someone:{secret}@127.0.0.1:9/live")
    site = operator.get("/api/v1/sites").json()["items"]
    if site:
        add(operator, "placements", camera_id=created["id"], site_id=site[0]["id"])
        eventually(
            lambda: operator.get(f"/api/v1/cameras/{created['id']}").json()["health"],
            lambda health: health is not None and health["state"] == "down",
        )
    texts = [answer.text for _, answer in every_get_route(operator, {"camera_id": [created["id"]]})]
    texts.append(json.dumps(created))
    texts.append(nazar.log.read_text(encoding="utf-8"))
    texts += [
        io.BytesIO(file.read_bytes()).read().decode("utf-8", "replace")
        for file in Path(nazar.data_dir).glob("nazar.sqlite3*")
    ]
    for text in texts:
        for hidden in (plain, secret, "someone"):
            assert hidden not in text
