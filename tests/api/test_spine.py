"""The spine, whole: a real RTSP camera becomes a roadmap item's status over the API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.principal import Role
from tests.support.instance import RunningInstance, eventually, running_nazar
from tests.support.photos import bus_photo
from tests.support.rtsp_server import RtspServer
from tests.support.sample_cards import shipped
from tests.support.video import encode_clip, moving_photo

ITEM = 40
# A rendered site where people and an excavator work; no rendered footage is in the training data.
SITE_CLIP = shipped("hospital").cameras[0].live_clip
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of a street with people and a bus, a keyframe each second."""
    path = tmp_path_factory.mktemp("clip") / "street.mp4"
    encode_clip(moving_photo(bus_photo(), 60, 640, 480), path, frame_rate=Fraction(5), gop=5)
    return path


@pytest.fixture(scope="module")
def nazar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    with running_nazar(tmp_path_factory.mktemp("data"), streams__read_timeout_s="3") as instance:
        yield instance


def add(client: httpx.Client, path: str, **body: object) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def add_watched_project(nazar: RunningInstance, key: str, address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A project that is planned around today, whose site works round the clock, and its camera."""
    office, operator = nazar.client(Role.OFFICE), nazar.client(Role.OPERATOR)
    titles = {f"title_{language}": key for language in ("kk", "ru", "en")}
    names = {f"name_{language}": key for language in ("kk", "ru", "en")}
    dates = {
        "starts_on": (TODAY - timedelta(days=30)).isoformat(),
        "finishes_on": (TODAY + timedelta(days=330)).isoformat(),
    }
    position = {"latitude": 51.1, "longitude": 71.4}
    project = add(
        office,
        "projects",
        key=key,
        item_number=ITEM,
        owner="akimat-astana",
        region="KZ-71",
        **titles,
        **dates,
        **position,
    )
    add(
        office,
        f"projects/{project['id']}/plans",
        reason="first",
        tasks=[{"key": "frame", "weight": 1, **titles, **dates}],
    )
    site = add(
        operator,
        "sites",
        project_id=project["id"],
        work_days=[1, 2, 3, 4, 5, 6, 7],
        opens_at="00:00",
        closes_at="00:00",
        **names,
        **position,
    )
    camera = add(operator, "cameras", name=key, address=address, look_every_s=1)
    add(operator, "placements", camera_id=camera["id"], site_id=site["id"])
    return project, camera


def observations(client: httpx.Client, project: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"/api/v1/projects/{project['id']}/observations").json()["items"]
    return rows


def standing(client: httpx.Client, project: dict[str, Any]) -> dict[str, Any]:
    projects = client.get(f"/api/v1/roadmap/items/{ITEM}/status").json()["projects"]
    found: dict[str, Any] = next(row for row in projects if row["id"] == project["id"])
    return found


@pytest.mark.bar("2: RTSP camera over the API to a proposed status")
def test_an_rtsp_camera_registered_over_the_api_becomes_a_proposed_status(nazar: RunningInstance) -> None:
    assert SITE_CLIP is not None
    with RtspServer({"/cam": SITE_CLIP}) as server:
        project, camera = add_watched_project(nazar, "seen-site", server.url())
        office = nazar.client(Role.OFFICE)
        rows = eventually(
            lambda: observations(office, project), lambda found: bool(found) and bool(found[0]["tallies"])
        )
        tallies = rows[-1]["tallies"]
        assert {tally["group"] for tally in tallies.values()} >= {"person", "machine"}
        assert tallies["person"]["most"] >= 2
        assert len(rows[-1]["weights_sha256"]) == 64
        # On a busy machine the first seconds may hold too few looks to tell.
        seen = eventually(lambda: standing(office, project), lambda found: found["status"] == "ON_TRACK")
        assert (seen["status"], seen["basis"], seen["proposed"]["status"]) == ("ON_TRACK", "observed", "ON_TRACK")
        assert "1 of the 1 working days" in seen["proposed"]["reason"]["en"]
        assert seen["observed_percent"] is None
        assert seen["rule_version"]
        assert seen["evidence"]
        picture = office.get(seen["evidence"][0])
        assert picture.headers["content-type"] == "image/jpeg"
        health = office.get(f"/api/v1/cameras/{camera['id']}").json()["health"]
        assert health["state"] == "live"
        pictures = office.get(f"/api/v1/projects/{project['id']}/pictures").json()
        assert office.get(f"/api/v1/evidence/{pictures[0]['evidence_id']}").status_code == 200


@pytest.mark.bar("2: a stopped server is a camera down, no inactivity, a new run")
def test_a_server_that_stops_is_a_camera_that_is_down_and_no_inactivity(nazar: RunningInstance, clip: Path) -> None:
    office = nazar.client(Role.OFFICE)
    with RtspServer({"/cam": clip}) as server:
        project, camera = add_watched_project(nazar, "broken-site", server.url())
        eventually(lambda: observations(office, project), bool)
        server.stop()
        down = eventually(
            lambda: office.get(f"/api/v1/cameras/{camera['id']}").json()["health"],
            lambda health: health["state"] == "down",
        )
        assert down["reason"]
        before = observations(office, project)
        runs_before = {run for row in before for run in row["run_ids"]}
        assert len(runs_before) == 1
        assert all(row["looks_seen"] == sum(row["view_quality"].values()) for row in before)
        for row in before:
            assert row["looks_usable"] > 0
            assert not row["machine_idle_s"]
        assert standing(office, project)["status"] not in {"STALLED", "BEHIND"}
        server.start()
        eventually(
            lambda: office.get(f"/api/v1/cameras/{camera['id']}").json()["health"]["state"],
            lambda state: state == "live",
        )
        rows = eventually(
            lambda: observations(office, project),
            lambda found: len({run for row in found for run in row["run_ids"]}) == 2,
        )
        assert sum(row["looks_seen"] for row in rows) > sum(row["looks_seen"] for row in before)
        for row in rows:
            # What a standstill would be made of: usable looks without people. The street always has some.
            assert row["tallies"]["person"]["looks"] >= 0.8 * row["looks_usable"]


def test_one_cameras_failure_is_its_own(nazar: RunningInstance, clip: Path) -> None:
    office = nazar.client(Role.OFFICE)
    with RtspServer({"/cam": clip}) as server:
        well, _ = add_watched_project(nazar, "well-site", server.url())
        _, broken = add_watched_project(nazar, "dead-site", "rtsp://127.0.0.1:9/none")
        eventually(lambda: observations(office, well), bool)
        health = eventually(
            lambda: office.get(f"/api/v1/cameras/{broken['id']}").json()["health"],
            lambda found: found is not None and found["state"] == "down",
        )
        assert "127.0.0.1" in health["reason"]
        assert date.fromisoformat(health["since"][:10])
