"""Work elements over the API: drawn with their tags, refused with problems, read by day."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from models.principal import Role
from tests.api.test_bad_input import problem
from tests.support.instance import RunningInstance

SQUARE = [[0.1, 0.4], [0.4, 0.4], [0.4, 0.9], [0.1, 0.9]]
BESIDE = [[0.5, 0.4], [0.8, 0.4], [0.8, 0.9], [0.5, 0.9]]


@pytest.fixture(scope="module")
def operator(running_instance: RunningInstance) -> httpx.Client:
    return running_instance.client(Role.OPERATOR)


@pytest.fixture(scope="module")
def project(operator: httpx.Client) -> str:
    found: str = operator.get("/api/v1/projects").json()["items"][0]["id"]
    return found


@pytest.fixture
def placement(operator: httpx.Client, project: str) -> str:
    names = {f"name_{language}": "Site" for language in ("kk", "ru", "en")}
    place = {"latitude": 51.1, "longitude": 71.4}
    site = operator.post("/api/v1/sites", json={"project_id": project, **names, **place}).json()
    address = "rtsp://127.0.0.1:9/none"
    camera = operator.post("/api/v1/cameras", json={"name": f"drawn {uuid4()}", "address": address}).json()
    starts_at = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    aimed = {"camera_id": camera["id"], "site_id": site["id"], "starts_at": starts_at}
    begun: dict[str, Any] = operator.post("/api/v1/placements", json=aimed).json()
    assert begun["suspended_since"] is None
    found: str = begun["id"]
    return found


def drawn(**more: Any) -> dict[str, Any]:
    return {"title": "Frame", "polygon": SQUARE, **more}


def test_elements_are_drawn_changed_and_retired_by_their_tags(operator: httpx.Client, placement: str) -> None:
    path = f"/api/v1/placements/{placement}/elements"
    assert operator.get(path).json()["items"] == []
    first = operator.put(f"{path}/frame", json=drawn(kind="frame"))
    assert (first.status_code, first.json()["key"], first.json()["position"]) == (200, "frame", 0)
    stale = {"If-Match": first.headers["ETag"]}
    changed = operator.patch(f"{path}/frame", json={"title": "Block A"}, headers=stale)
    assert (changed.json()["id"], changed.json()["title"]) == (first.json()["id"], "Block A")
    problem(operator.put(f"{path}/frame", json=drawn(), headers=stale), 409)
    redrawn = operator.put(f"{path}/frame", json=drawn(polygon=BESIDE), headers={"If-Match": changed.headers["ETag"]})
    assert redrawn.json()["id"] != first.json()["id"]
    both = operator.put(path, json=[drawn(key="yard"), drawn(key="frame", polygon=BESIDE)])
    assert [one["key"] for one in both.json()["items"]] == ["yard", "frame"]
    assert both.json()["items"][1]["id"] == redrawn.json()["id"]
    assert operator.delete(f"{path}/yard").status_code == 204
    listed = operator.get(path)
    assert [one["key"] for one in listed.json()["items"]] == ["frame"]
    assert listed.headers["ETag"] != both.headers["ETag"]


def test_what_is_drawn_wrongly_is_answered_with_a_problem_that_names_it(operator: httpx.Client, placement: str) -> None:
    path = f"/api/v1/placements/{placement}/elements"
    crossing = [[0, 0], [1, 1], [1, 0], [0, 1]]
    assert "crosses itself" in problem(operator.put(f"{path}/frame", json=drawn(polygon=crossing)), 422)["detail"]
    twice = operator.put(path, json=[drawn(key="frame"), drawn(key="frame", polygon=BESIDE)])
    assert "key of another element" in problem(twice, 422)["detail"]
    problem(operator.put(f"{path}/frame", json=drawn(reference_share=1.5)), 422)
    problem(operator.put(f"{path}/frame", json=drawn(reference_on="2999-01-01")), 422)
    problem(operator.put(f"{path}/a%20b", json=drawn()), 422)
    problem(operator.get(f"{path}/none"), 404)
    problem(operator.get(f"/api/v1/placements/{uuid4()}/elements"), 404)
    assert operator.get(path).json()["items"] == []


def test_a_placement_that_is_not_suspended_has_nothing_to_confirm(operator: httpx.Client, placement: str) -> None:
    path = f"/api/v1/placements/{placement}"
    problem(operator.post(f"{path}/confirm-view", json={"answer": "same_view"}), 409)
    problem(operator.post(f"{path}/confirm-view", json={"answer": "perhaps"}), 422)
    proposed = operator.get(f"{path}/moved-view").json()
    assert (proposed["suspended_since"], proposed["transform"], proposed["elements"]) == (None, None, [])


def test_only_who_may_does(running_instance: RunningInstance, project: str, placement: str) -> None:
    path = f"/api/v1/placements/{placement}/elements"
    office, viewer = running_instance.client(Role.OFFICE), running_instance.client(Role.VIEWER)
    assert office.get(path).status_code == 200
    problem(office.put(path, json=[]), 403)
    problem(viewer.get(path), 403)
    problem(running_instance.client(None).get(path), 401)
    days = f"/api/v1/projects/{project}/element-days"
    assert viewer.get(days).json() == {"items": [], "next": None}
    problem(viewer.get(days, params={"from": "2026-02-01", "to": "2026-01-01"}), 422)
    problem(viewer.get(f"/api/v1/projects/{uuid4()}/element-days"), 404)
