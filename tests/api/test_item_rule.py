"""Thresholds of an item and flags of a project, over HTTP."""

from models.principal import Role
from tests.support.instance import RunningInstance


def test_the_office_changes_an_items_thresholds_and_a_stale_change_is_refused(
    running_instance: RunningInstance,
) -> None:
    office, address = running_instance.client(Role.OFFICE), "/api/v1/roadmap/items/17/rule"
    found = office.get(address)
    assert (found.status_code, found.headers["ETag"]) == (200, '"0"')
    assert {name: found.json()[name] for name in ("preset", "at_risk_from", "behind_from", "escalated_from")} == {
        "preset": "steps",
        "at_risk_from": 5.0,
        "behind_from": 10.0,
        "escalated_from": 15.0,
    }
    changed = office.put(address, json={"preset": "phase"}, headers={"If-Match": '"0"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"1"')
    assert changed.json()["behind_from_late"] == 5.0
    assert office.put(address, json={}, headers={"If-Match": '"0"'}).status_code == 409
    back = office.put(address, json={})
    assert (back.status_code, back.json()["preset"], back.json()["version"]) == (200, "steps", 2)


def test_thresholds_that_do_not_follow_each_other_are_refused_in_words(running_instance: RunningInstance) -> None:
    address = "/api/v1/roadmap/items/17/rule"
    refused = running_instance.client(Role.OFFICE).put(address, json={"at_risk_points": 12})
    assert refused.status_code == 422
    assert "no later than it is behind" in refused.text
    assert running_instance.client(Role.VIEWER).put(address, json={}).status_code == 403
    assert running_instance.client(None).get(address).status_code == 401
    assert running_instance.client(Role.OFFICE).get("/api/v1/roadmap/items/99999/rule").status_code == 404


def test_a_project_without_flags_has_an_empty_list_of_them(running_instance: RunningInstance) -> None:
    viewer = running_instance.client(Role.VIEWER)
    project = viewer.get("/api/v1/projects?limit=1").json()["items"][0]
    assert viewer.get(f"/api/v1/projects/{project['id']}/flags").json() == []
    item = viewer.get(f"/api/v1/roadmap/items/{project['item_number']}/status").json()
    shown = next(one for one in item["projects"] if one["id"] == project["id"])
    assert (shown["flags"], shown["forecast_p50"], shown["observed_share_of_plan"]) == ([], None, None)
