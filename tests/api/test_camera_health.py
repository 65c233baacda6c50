"""How a camera fares and how it is looked at, over the API."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from models.principal import Role
from tests.api.test_bad_input import problem
from tests.support.instance import RunningInstance, eventually

DEAD = "rtsp://127.0.0.1:9/none"


@pytest.fixture
def operator(running_instance: RunningInstance) -> httpx.Client:
    return running_instance.client(Role.OPERATOR)


@pytest.fixture
def camera(operator: httpx.Client) -> Iterator[dict[str, Any]]:
    """A camera that nobody answers for, aimed at a site of a sample project; it is taken away again."""
    project = operator.get("/api/v1/projects").json()["items"][0]
    names = {f"name_{language}": "Mast" for language in ("kk", "ru", "en")}
    place = {"latitude": 51.1, "longitude": 71.4}
    site = operator.post("/api/v1/sites", json={"project_id": project["id"], **names, **place}).json()
    body = {"name": f"mast {uuid4()}", "address": DEAD, "sampling": "burst", "look_every_s": 60, "burst_s": 8}
    added = operator.post("/api/v1/cameras", json=body)
    assert added.status_code == 201, added.text
    placed = operator.post("/api/v1/placements", json={"camera_id": added.json()["id"], "site_id": site["id"]})
    assert placed.status_code == 201, placed.text
    yield added.json()
    operator.delete(f"/api/v1/cameras/{added.json()['id']}")
    operator.delete(f"/api/v1/sites/{site['id']}")


def test_a_cameras_health_is_told_with_its_history(
    running_instance: RunningInstance, operator: httpx.Client, camera: dict[str, Any]
) -> None:
    path = f"/api/v1/cameras/{camera['id']}/health"

    def _told() -> dict[str, Any]:
        answer = operator.get(path)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    told = eventually(_told, lambda body: body["health"] is not None and body["health"]["state"] == "down")
    assert "127.0.0.1" in told["health"]["reason"]
    down, connecting = told["history"]["items"]
    assert (down["state"], down["ended_at"]) == ("down", None)
    assert (connecting["state"], connecting["ended_at"]) == ("connecting", down["at"])
    assert down["at"] == told["health"]["since"]
    assert told["history"]["next"] is None
    assert set(told["last_hour"]) == {"grade", "coverage", "reconnects", "stalls", "drops", "seconds_live"}
    first = operator.get(path, params={"limit": 1}).json()["history"]
    assert [event["id"] for event in first["items"]] == [down["id"]]
    second = operator.get(path, params={"limit": 1, "after": first["next"]}).json()["history"]
    assert [event["id"] for event in second["items"]] == [connecting["id"]]
    for role in (Role.OWNER, Role.VIEWER):
        problem(running_instance.client(role).get(path), 403)
    problem(operator.get(path, params={"after": "bm8"}), 422)
    problem(operator.get(f"/api/v1/cameras/{uuid4()}/health"), 404)


def test_a_sampling_policy_is_registered_changed_and_refused_with_the_field(
    operator: httpx.Client, camera: dict[str, Any]
) -> None:
    path = f"/api/v1/cameras/{camera['id']}"
    assert (camera["sampling"], camera["burst_s"], camera["rtsp_transport"]) == ("burst", 8.0, "auto")
    assert camera["off_hours_every_s"] is None
    found = problem(operator.patch(path, json={"look_every_s": 8}), 422)
    assert [error["field"] for error in found["errors"]] == ["burst_s"]
    assert "below look_every_s" in found["detail"]
    changed = operator.patch(path, json={"off_hours_every_s": 900, "rtsp_transport": "udp"}).json()
    assert (changed["off_hours_every_s"], changed["rtsp_transport"]) == (900.0, "udp")
    assert operator.patch(path, json={"off_hours_every_s": None}).json()["off_hours_every_s"] is None


def test_a_camera_that_pushes_is_registered_without_an_address(operator: httpx.Client) -> None:
    name = f"pushing {uuid4()}"
    added = operator.post("/api/v1/cameras", json={"name": name, "sampling": "push"}).json()
    assert (added["sampling"], added["address"]) == ("push", "")
    assert added["push_url"].endswith(f"/api/v1/cameras/{added['id']}/picture")
    assert "push_key" not in operator.get(f"/api/v1/cameras/{added['id']}").text
    found = problem(operator.post("/api/v1/cameras", json={"name": f"{name} 2"}), 422)
    assert [error["field"] for error in found["errors"]] == ["address"]
    assert operator.delete(f"/api/v1/cameras/{added['id']}").status_code == 204


def test_the_api_describes_a_cameras_health(operator: httpx.Client) -> None:
    document = operator.get("/api/openapi.json").json()
    route = document["paths"]["/api/v1/cameras/{camera_id}/health"]["get"]
    assert set(route["responses"]) == {"200", "401", "403", "404", "422"}
    assert {parameter["name"] for parameter in route["parameters"]} == {"camera_id", "limit", "after"}
    schemas = document["components"]["schemas"]
    assert schemas["Sampling"]["enum"] == ["continuous", "burst", "snapshot", "push"]
    assert {"frozen", "black", "wrong_clock"} <= set(schemas["CameraState"]["enum"])
