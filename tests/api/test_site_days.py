"""Site days and hours over the API, and `nazar derive` that makes them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa

from models.database import Database
from models.principal import Role
from models.tables.sites import Placement
from tests.api.test_bad_input import problem
from tests.api.test_cli import nazar, refused
from tests.support.instance import RunningInstance, running_nazar
from tests.support.site_year import observation, windows_of, write

ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningInstance]:
    """One that only serves: nothing derives but the command."""
    with running_nazar(tmp_path_factory.mktemp("days"), "serve") as instance:
        yield instance


@pytest.fixture(scope="module")
def project(serving: RunningInstance) -> dict[str, Any]:
    """The first sample project that another owner than the tests' own has."""
    owned = {one["id"] for one in serving.client(Role.OWNER).get("/api/v1/projects?limit=500").json()["items"]}
    listed = serving.client(Role.OFFICE).get("/api/v1/projects?limit=500").json()["items"]
    found: dict[str, Any] = next(one for one in listed if one["id"] not in owned)
    return found


@pytest.fixture(scope="module")
def monday() -> date:
    """A Monday that is over."""
    today = datetime.now(ALMATY).date()
    return today - timedelta(days=today.weekday() + 7)


@pytest.fixture(scope="module")
def site(serving: RunningInstance, project: dict[str, Any], monday: date) -> str:
    """A site whose camera saw four people all Monday, and nothing on Tuesday."""
    operator = serving.client(Role.OPERATOR)
    names = {f"name_{language}": "Site" for language in ("kk", "ru", "en")}
    place = {"latitude": 51.1, "longitude": 71.4}
    added = operator.post("/api/v1/sites", json={"project_id": project["id"], **names, **place}).json()
    camera = operator.post("/api/v1/cameras", json={"name": "days", "address": "rtsp://127.0.0.1:9/none"}).json()
    midnight = datetime.combine(monday, datetime.min.time(), tzinfo=ALMATY)
    aimed = {"camera_id": camera["id"], "site_id": added["id"], "starts_at": midnight.isoformat()}
    placement = operator.post("/api/v1/placements", json=aimed).json()
    nine = midnight.astimezone(UTC) + timedelta(hours=9)
    database = Database(serving.database_url)
    with database.transaction() as session:
        # As if it had been entered then: what comes of days before a camera was entered corrects nothing.
        session.execute(sa.update(Placement).values(created_at=midnight).where(Placement.id == UUID(placement["id"])))
    rows = [
        observation(UUID(placement["id"]), start, people=4.0, machines=1.0)
        for start in windows_of(nine, nine + timedelta(hours=9))
    ]
    write(database, rows)
    database.close()
    found: str = added["id"]
    return found


@pytest.fixture(scope="module")
def derived(serving: RunningInstance, project: dict[str, Any], site: str) -> dict[str, Any]:
    done = nazar("derive", project["id"], "--json", data_dir=serving.data_dir)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert {day["site_id"] for day in told["days"]} == {site}
    return told


@pytest.fixture
def office(serving: RunningInstance) -> httpx.Client:
    return serving.client(Role.OFFICE)


def test_days_are_listed_by_the_page_with_their_intervals(
    office: httpx.Client, site: str, derived: dict[str, Any], monday: date
) -> None:
    path = f"/api/v1/sites/{site}/days"
    first = office.get(path, params={"limit": 1}).json()
    assert [day["day"] for day in first["items"]] == [monday.isoformat()] == [derived["days"][0]["day"]]
    day = first["items"][0]
    assert (day["state"], day["is_final"], day["coverage"]) == ("ACTIVE", True, 1.0)
    assert day["person_hours"]["low"] < day["person_hours"]["value"] == pytest.approx(36.0)
    assert set(day["machine_hours"]["excavator"]) == {"present", "working", "idle", "working_share"}
    second = office.get(path, params={"limit": 1, "after": first["next"]}).json()["items"]
    assert [(one["day"], one["state"], one["person_hours"]) for one in second] == [
        ((monday + timedelta(days=1)).isoformat(), "OUTAGE", None)
    ]
    only = office.get(path, params={"from": monday.isoformat(), "to": monday.isoformat()}).json()
    assert ([one["id"] for one in only["items"]], only["next"]) == ([day["id"]], None)


def test_hours_are_those_of_the_sites_clock(
    office: httpx.Client, site: str, derived: dict[str, Any], monday: date
) -> None:
    assert derived["signals"]
    hours = office.get(f"/api/v1/sites/{site}/hours", params={"day": monday.isoformat()}).json()
    assert len(hours) == 24
    nine = datetime.fromisoformat(hours[9]["starts_at"]).astimezone(ALMATY)
    assert (nine.hour, hours[9]["people_mean"], hours[8]["people_mean"]) == (9, 4.0, None)


def test_a_corrected_day_says_why_and_keeps_its_history(
    serving: RunningInstance, office: httpx.Client, project: dict[str, Any], site: str, derived: dict[str, Any]
) -> None:
    tuesday = derived["days"][1]["day"]
    path = f"/api/v1/sites/{site}/days/{tuesday}/history"
    assert [day["state"] for day in office.get(path).json()] == ["OUTAGE"]
    nine = datetime.fromisoformat(tuesday).replace(hour=9, tzinfo=ALMATY).astimezone(UTC)
    placement = office.get("/api/v1/placements", params={"site_id": site}).json()["items"][0]["id"]
    database = Database(serving.database_url)
    came = datetime.now(UTC)
    windows = windows_of(nine, nine + timedelta(hours=9))
    write(
        database,
        [observation(UUID(placement), start, people=2.0, created_at=came, late_by_s=9e4) for start in windows],
    )
    database.close()
    done = nazar("derive", project["key"], "--from", tuesday, "--to", tuesday, data_dir=serving.data_dir)
    assert done.stdout.startswith("1 site days changed, 1 of them corrected")
    assert f"{tuesday}  ACTIVE       late_footage" in done.stdout
    outage, seen = office.get(path).json()
    assert (outage["state"], seen["state"], seen["supersedes_id"]) == ("OUTAGE", "ACTIVE", outage["id"])
    assert (seen["corrected_because"][0]["reason"], seen["corrected_because"][0]["windows"]) == ("late_footage", 108)


def test_what_is_asked_wrongly_is_answered_with_a_problem(
    serving: RunningInstance, office: httpx.Client, site: str, monday: date
) -> None:
    path = f"/api/v1/sites/{site}"
    problem(office.get(f"{path}/days", params={"from": "2026-02-01", "to": "2026-01-01"}), 422)
    problem(office.get(f"{path}/days", params={"from": "yesterday"}), 422)
    problem(office.get(f"{path}/days", params={"after": "bm90IGEgZGF5"}), 422)
    problem(office.get(f"{path}/hours"), 422)
    problem(office.get(f"{path}/hours", params={"day": "1999-01-01"}), 404)
    problem(office.get(f"{path}/days/1999-01-01/history"), 404)
    owner = serving.client(Role.OWNER)
    for asked in (f"{path}/days", f"{path}/hours?day={monday}", f"{path}/days/{monday}/history"):
        problem(owner.get(asked), 404)
        problem(serving.client(None).get(asked), 401)
    assert "no project 'none'" in refused(nazar("derive", "none", data_dir=serving.data_dir))
