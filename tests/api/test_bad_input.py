"""Wrong input is answered with a problem that says what to do, and leaves nothing half-written."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from models.principal import Role
from tests.support.instance import RunningInstance
from tests.support.rtsp_server import Login, RtspServer
from tests.support.video import counting_frames, encode_clip

TITLES = {f"title_{language}": "A" for language in ("kk", "ru", "en")}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:nazar:problem:")
    assert body["detail"]
    return body


def probe(instance: RunningInstance, address: str, **more: str) -> httpx.Response:
    return instance.client(Role.OPERATOR).post("/api/v1/cameras/probe", json={"address": address, **more})


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "exec:ls",
        "concat:a|b",
        "ftp://192.0.2.1/x",
        "rtsp://169.254.169.254/latest",
        "http://[::1]/x",
        "rtsp://",
        "no address at all",
    ],
)
def test_an_address_that_breaks_a_rule_is_refused_with_the_rule(
    running_instance: RunningInstance, address: str
) -> None:
    found = problem(probe(running_instance, address), 422)
    assert found["type"].endswith("address-refused")
    operator = running_instance.client(Role.OPERATOR)
    name = f"refused {uuid4()}"
    problem(operator.post("/api/v1/cameras", json={"name": name, "address": address}), 422)
    assert name not in operator.get("/api/v1/cameras?limit=500").text


def test_an_address_where_nobody_answers_is_unreachable(running_instance: RunningInstance) -> None:
    found = problem(probe(running_instance, "rtsp://127.0.0.1:9/live"), 502)
    assert found["type"].endswith("camera-unreachable")


def test_a_wrong_password_is_named_and_not_repeated(
    running_instance: RunningInstance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clip = encode_clip(counting_frames(30), tmp_path_factory.mktemp("clip") / "c.mp4")
    with RtspServer({"/cam": clip}, Login("viewer", "right-one", "digest")) as server:
        bare = server.url(with_login=False)
        found = problem(probe(running_instance, bare, username="viewer", password="wrong-one"), 502)
        assert found["type"].endswith("camera-login-refused")
        assert "wrong-one" not in str(found)
        right = probe(running_instance, bare, username="viewer", password="right-one")
        assert right.status_code == 200, right.text
        assert right.json()["codec"] == "h264"
        assert "right-one" not in right.text


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<html>welcome</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def test_a_web_page_is_no_video(running_instance: RunningInstance) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = Thread(target=server.serve_forever, name="page")
    thread.start()
    try:
        found = problem(probe(running_instance, f"http://127.0.0.1:{server.server_port}/"), 502)
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
    assert found["type"].endswith("camera-no-video")


def test_an_unknown_role_is_refused(running_instance: RunningInstance) -> None:
    admin = running_instance.client(Role.ADMIN)
    body = {"login": "minister", "name": "M", "role": "minister", "password": "long enough"}
    found = problem(admin.post("/api/v1/accounts", json=body), 422)
    assert [error["field"] for error in found["errors"]] == ["role"]
    assert "long enough" not in str(found)
    assert "minister" not in [account["login"] for account in admin.get("/api/v1/accounts").json()]


def test_a_plan_whose_task_ends_before_it_starts_is_refused_whole(running_instance: RunningInstance) -> None:
    office = running_instance.client(Role.OFFICE)
    project = office.get("/api/v1/projects").json()["items"][0]
    plans = f"/api/v1/projects/{project['id']}/plans"
    before = office.get(plans).json()
    good = {"key": "a", "starts_on": "2026-01-01", "finishes_on": "2026-02-01", "weight": 1, **TITLES}
    bad = {"key": "b", "starts_on": "2026-03-02", "finishes_on": "2026-03-01", "weight": 1, **TITLES}
    found = problem(office.post(plans, json={"reason": "late", "tasks": [good, bad]}), 422)
    assert "before it starts" in found["detail"]
    assert office.get(plans).json() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/api/v1/projects/{uuid4()}"),
        ("GET", f"/api/v1/evidence/{uuid4()}"),
        ("GET", "/api/v1/roadmap/items/118/status"),
        ("GET", "/api/v1/nowhere"),
        ("DELETE", f"/api/v1/cameras/{uuid4()}"),
    ],
)
def test_what_does_not_exist_is_not_found(running_instance: RunningInstance, method: str, path: str) -> None:
    problem(running_instance.client(Role.ADMIN).request(method, path), 404)


def test_a_malformed_body_names_the_field(running_instance: RunningInstance) -> None:
    operator = running_instance.client(Role.OPERATOR)
    found = problem(operator.post("/api/v1/cameras", json={"name": "", "address": "rtsp://192.0.2.1/", "x": 1}), 422)
    assert {error["field"] for error in found["errors"]} == {"name", "x"}
    problem(operator.post("/api/v1/cameras", content=b"{not json"), 422)
    crossing = [[0, 0], [1, 1], [1, 0], [0, 1]]
    zones = [{"name": "z", "purpose": "gate", "polygon": crossing}]
    body = {"camera_id": str(uuid4()), "site_id": str(uuid4()), "zones": zones}
    assert "crosses itself" in problem(operator.post("/api/v1/placements", json=body), 422)["detail"]


def test_nobody_gets_nothing(running_instance: RunningInstance) -> None:
    nobody = running_instance.client(None)
    problem(nobody.get("/api/v1/roadmap/items"), 401)
    problem(nobody.get("/api/v1/roadmap/items", headers={"Authorization": "Bearer nzr_none"}), 401)
    problem(nobody.post("/api/v1/session", json={"login": "test-admin", "password": "wrong"}), 401)


def test_a_page_of_another_site_cannot_act_with_somebodys_login(running_instance: RunningInstance) -> None:
    admin = running_instance.client(Role.ADMIN)
    body = {"login": "intruder", "name": "I", "role": "admin", "password": "long enough"}
    problem(admin.post("/api/v1/accounts", json=body, headers={"Origin": "https://elsewhere.example"}), 403)


def test_a_stale_change_is_refused(running_instance: RunningInstance) -> None:
    office = running_instance.client(Role.OFFICE)
    project = office.get("/api/v1/projects").json()["items"][0]
    path = f"/api/v1/projects/{project['id']}"
    etag = office.get(path).headers["etag"]
    changed = office.patch(path, json={"title_en": "Renamed"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    problem(office.patch(path, json={"title_en": "Again"}, headers={"If-Match": etag}), 409)
    office.patch(path, json={"title_en": project["title_en"]})
