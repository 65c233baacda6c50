"""A camera that sends its pictures by itself, over the real server: from PUT to the newest view."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from models.database import Database
from models.principal import Role
from models.repositories.push import PushRepository
from pipeline.clock import SystemClock
from tests.api.test_bad_input import problem
from tests.support.fakes import picture
from tests.support.instance import RunningInstance, eventually
from tests.support.jpegs import jpeg, png
from tests.support.photos import bus_photo
from tests.support.video import moving_photo

PICTURE = jpeg(picture(1))


@dataclass(frozen=True)
class Pushing:
    """A registered camera that pushes."""

    id: str
    key: str
    url: str
    project_id: str
    placement_id: str | None
    instance: RunningInstance

    def send(
        self, data: bytes = PICTURE, *, key: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """PUT a picture, with the camera's own key if none is given."""
        chosen = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "image/jpeg"}
        return httpx.put(self.url, content=data, headers=chosen | (headers or {}), timeout=30)

    def waiting(self) -> int | None:
        """How long the oldest picture that waits is, as it is stored; None where none waits."""
        assert self.placement_id is not None
        database = Database(self.instance.database_url)
        try:
            with database.reading() as session:
                row = PushRepository(session).oldest(UUID(self.id), UUID(self.placement_id), SystemClock().now())
        finally:
            database.close()
        return None if row is None else row.size_bytes


@pytest.fixture
def operator(running_instance: RunningInstance) -> httpx.Client:
    return running_instance.client(Role.OPERATOR)


@pytest.fixture
def make_camera(running_instance: RunningInstance, operator: httpx.Client) -> Iterator[Callable[..., Pushing]]:
    """Registers cameras that push, aimed at a site of a sample project; they are taken away again."""
    project_id = operator.get("/api/v1/projects").json()["items"][0]["id"]
    names = {f"name_{language}": "Mast" for language in ("kk", "ru", "en")}
    body = {"project_id": project_id, "latitude": 51.1, "longitude": 71.4, **names}
    with ExitStack() as left:

        def _make(*, is_placed: bool = True, **values: Any) -> Pushing:
            draft = {"name": f"pushing {uuid4()}", "sampling": "push", "look_every_s": 3600, **values}
            added = operator.post("/api/v1/cameras", json=draft)
            assert added.status_code == 201, added.text
            camera = added.json()
            left.callback(operator.delete, f"/api/v1/cameras/{camera['id']}")
            placement_id = None
            if is_placed:
                site = operator.post("/api/v1/sites", json=body).json()
                left.callback(operator.delete, f"/api/v1/sites/{site['id']}")
                place = {"camera_id": camera["id"], "site_id": site["id"]}
                placement_id = operator.post("/api/v1/placements", json=place).json()["id"]
            assert added.headers["cache-control"] == "no-store"
            return Pushing(
                camera["id"], camera["push_key"], camera["push_url"], project_id, placement_id, running_instance
            )

        yield _make


@pytest.mark.bar("5: a camera that pushes is seen like every other")
def test_what_a_camera_sends_is_looked_at_recorded_and_shown(
    operator: httpx.Client, make_camera: Callable[..., Pushing]
) -> None:
    camera = make_camera(look_every_s=0.5)
    pictures = (jpeg(image) for image in moving_photo(bus_photo(), 2000))
    project = f"/api/v1/projects/{camera.project_id}"

    def _observed() -> list[dict[str, Any]]:
        assert camera.send(next(pictures)).status_code in {200, 429}
        rows = operator.get(f"{project}/observations", params={"limit": 500}).json()["items"]
        return [row for row in rows if row["placement_id"] == camera.placement_id]

    rows = eventually(_observed, bool, every_s=0.6)
    assert rows[-1]["tallies"]["person"]["most"] >= 1
    # Nothing works in a photograph; where looks come over three seconds apart, nobody can tell.
    assert rows[-1]["machine_working_s"] in {None, 0.0}
    assert rows[-1]["look_every_s"] == 0.5
    shown = {row["placement_id"]: row for row in operator.get(f"{project}/pictures").json()}[camera.placement_id]
    assert shown["state"] == "live"
    assert operator.get(f"/api/v1/evidence/{shown['evidence_id']}").headers["content-type"] == "image/jpeg"
    # Whatever was looked at is kept no longer.
    eventually(camera.waiting, lambda size: size is None)


def test_a_camera_logs_in_as_it_can_and_by_put_or_post(make_camera: Callable[..., Pushing]) -> None:
    camera = make_camera()
    asked = httpx.put(camera.url, content=PICTURE)
    problem(asked, 401)
    assert asked.headers["www-authenticate"].startswith("Basic ")
    for login in (b"no colon", b"\xff\xfe:\xff"):
        given = {"Authorization": f"Basic {b64encode(login).decode()}"}
        problem(httpx.post(camera.url, content=PICTURE, headers=given), 401)
    problem(httpx.post(camera.url, content=PICTURE, headers={"Authorization": "Basic %%%"}), 401)
    answer = httpx.post(camera.url, content=PICTURE, auth=("камера", camera.key))
    assert answer.status_code == 200, answer.text
    taken = answer.json()
    assert taken["next_due_at"] > taken["arrived_at"]
    assert taken["clock_skew_s"] is None


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "image/jpeg; charset=binary", ""])
def test_a_jpeg_is_taken_in_whatever_a_device_calls_it(make_camera: Callable[..., Pushing], kind: str) -> None:
    camera = make_camera()
    headers = {"Authorization": f"Bearer {camera.key}"} | ({"Content-Type": kind} if kind else {})
    assert httpx.put(camera.url, content=PICTURE, headers=headers).status_code == 200


def test_a_picture_before_the_next_look_is_due_is_answered_with_when(make_camera: Callable[..., Pushing]) -> None:
    camera = make_camera()
    assert camera.send().status_code == 200
    early = camera.send()
    found = problem(early, 429)
    assert found["type"].endswith("picture-too-soon")
    assert "every 3600 s" in found["detail"]
    assert 3000 < int(early.headers["retry-after"]) <= 3240


def test_the_cameras_own_time_tells_its_clocks_skew_only(make_camera: Callable[..., Pushing]) -> None:
    taken = make_camera().send(headers={"X-Captured-At": "2001-01-01T00:00:00+05:00"}).json()
    assert taken["clock_skew_s"] < -700_000_000
    assert taken["arrived_at"] > "2026"
    assert make_camera().send(headers={"X-Captured-At": "yesterday"}).json()["clock_skew_s"] is None


@pytest.mark.parametrize(
    ("data", "headers", "status", "says"),
    [
        (jpeg(picture(1)[:1, :1]), {}, 422, "1 x 1"),
        (PICTURE[: len(PICTURE) // 2], {}, 422, "cut short"),
        (b"\xff\xd8\xff\xda" + bytes(5000) + b"\xff\xd9", {}, 422, "damaged"),
        (png(picture(1)), {"Content-Type": "image/png"}, 415, "JPEG"),
        (png(picture(1)), {}, 415, "JPEG"),
        (b"", {}, 415, "JPEG"),
        (PICTURE, {"Content-Type": "multipart/form-data; boundary=x"}, 415, "body by itself"),
        (PICTURE, {"Content-Encoding": "gzip"}, 415, "JPEG"),
        (PICTURE + bytes(20_000_000), {}, 413, "8 MB"),
    ],
)
def test_what_can_not_be_looked_at_is_refused_and_costs_no_look(
    make_camera: Callable[..., Pushing], data: bytes, headers: dict[str, str], status: int, says: str
) -> None:
    camera = make_camera()
    assert says in problem(camera.send(data, headers=headers), status)["detail"]
    assert camera.waiting() is None
    assert camera.send().status_code == 200


def test_a_picture_without_a_length_is_read_no_further_than_it_is_taken_in(make_camera: Callable[..., Pushing]) -> None:
    camera = make_camera()
    headers = {"Authorization": f"Bearer {camera.key}", "Content-Type": "image/jpeg"}
    parts = iter([PICTURE, *[bytes(1_000_000)] * 9])
    problem(httpx.put(camera.url, content=parts, headers=headers, timeout=30), 413)


def test_only_the_cameras_own_present_key_is_good(operator: httpx.Client, make_camera: Callable[..., Pushing]) -> None:
    camera, other, called = make_camera(), make_camera(), make_camera(is_placed=False)
    for key in ("nzc_wrong", other.key, f"{camera.key} {camera.key}"):
        problem(camera.send(key=key), 401)
    elsewhere = camera.url.replace(camera.id, str(uuid4()))
    problem(httpx.put(elsewhere, content=PICTURE, headers={"Authorization": f"Bearer {camera.key}"}), 401)
    renewed = operator.post(f"/api/v1/cameras/{camera.id}/push-key")
    assert renewed.status_code == 201
    assert renewed.json()["push_url"] == camera.url
    problem(camera.send(), 401)
    assert camera.send(key=renewed.json()["push_key"]).status_code == 200
    assert operator.delete(f"/api/v1/cameras/{other.id}").status_code == 204
    problem(other.send(), 401)
    address = {"sampling": "continuous", "address": "rtsp://127.0.0.1:9/live"}
    assert operator.patch(f"/api/v1/cameras/{called.id}", json=address).json()["address"] == "rtsp://127.0.0.1:9/live"
    problem(called.send(), 401)
    problem(operator.post(f"/api/v1/cameras/{called.id}/push-key"), 409)


def test_a_camera_that_is_aimed_nowhere_is_told_so(make_camera: Callable[..., Pushing]) -> None:
    assert "begin a placement" in problem(make_camera(is_placed=False).send(), 409)["detail"]


def test_only_those_who_mind_cameras_make_keys(
    running_instance: RunningInstance, make_camera: Callable[..., Pushing]
) -> None:
    path = f"/api/v1/cameras/{make_camera().id}/push-key"
    for role in (Role.OFFICE, Role.OWNER, Role.VIEWER):
        problem(running_instance.client(role).post(path), 403)
    problem(running_instance.client(None).post(path), 401)


def test_a_key_is_shown_once_and_neither_it_nor_a_picture_is_kept_in_clear(
    running_instance: RunningInstance, operator: httpx.Client, make_camera: Callable[..., Pushing]
) -> None:
    camera = make_camera()
    assert camera.send().status_code == 200
    problem(camera.send(key="nzc_wrong-0123456789"), 401)
    shown = [f"/api/v1/cameras/{camera.id}", "/api/v1/cameras?limit=500", "/api/openapi.json", "/metrics"]
    texts = {path: operator.get(path).content for path in shown}
    texts |= {str(file): file.read_bytes() for file in running_instance.data_dir.rglob("*") if file.is_file()}
    for where, text in texts.items():
        assert camera.key.encode() not in text, where
        assert b"nzc_wrong-0123456789" not in text, where
        assert PICTURE[1000:1040] not in text, where


def test_the_api_describes_how_pictures_are_sent(operator: httpx.Client) -> None:
    document = operator.get("/api/openapi.json").json()
    route = document["paths"]["/api/v1/cameras/{camera_id}/picture"]["put"]
    assert set(route["responses"]) == {"200", "401", "409", "413", "415", "422", "429"}
    assert list(route["requestBody"]["content"]) == ["image/jpeg"]
    assert route["security"] == [{"CameraKey": []}, {"CameraLogin": []}]
    assert "off_hours_every_s" in route["description"]
    texts = str(document)
    assert "not obeyed yet" not in texts
    assert "no pictures are taken in" not in texts
