"""The sample footage becomes statuses: behind, moved and down beside each other, in as many runs as it takes."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.cli.demo import demo_settings
from api.command_error import CommandError
from api.sample_entry import DEAD_ADDRESS
from api.sample_sites import sample_sites
from api.sample_work import SampleWork
from api.settings import InstanceSettings
from api.wiring import Instance, open_instance
from models.repositories.observations import ObservationRepository
from models.repositories.paging import PageRequest
from models.repositories.sites import SiteRepository
from models.repositories.views import ViewRepository
from models.tables.observations import Observation
from models.tables.sites import Placement
from models.words import Basis, SiteDayState, Status
from pipeline.settings import load_settings
from roadmap.accounts import machine_principal
from roadmap.items import ProjectStatusView
from roadmap.sample_roadmap import load_sample_roadmap
from streams.address import StreamAddress
from streams.replay import ReplayServer
from tests.support.builders import ADMIN
from tests.support.sample_cards import ZONE, BuiltCamera, BuiltSite, build_site, nudged, shipped_looks
from vision.progress.work_kind import WorkKind

PRINCIPAL = machine_principal("test")
# Work on the site after the plan's end; a camera that was pushed on the third day; one that went down.
BRIDGE = BuiltSite(
    "road-bridge",
    (BuiltCamera("mast-1"), BuiltCamera("mast-2")),
    days=21,
    finish_day=-3,
    demo={"offline_cameras": ["mast-2"]},
)
PIPELINE = BuiltSite(
    "pipeline", (BuiltCamera("mast-1", lambda image, day: image if day < 2 else nudged(image)),), days=14
)


@contextmanager
def opened(data_dir: Path, folder: Path) -> Iterator[tuple[Instance, SampleWork]]:
    """The demo as it starts: everything entered, nothing looked at yet."""
    with ExitStack() as stack:
        environment = {"NAZAR_MODELS__DATA_DIR": str(data_dir)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NAZAR_MODELS__DATA_DIR", str(data_dir))
            settings = demo_settings(load_settings(InstanceSettings, environment))
        instance = stack.enter_context(open_instance(settings))
        load_sample_roadmap(instance.database, instance.clock.now())
        sites = sample_sites(folder)
        clips = {
            camera.replay_key: camera.live_clip
            for site in sites
            for camera in site.cameras
            if camera.live_clip is not None
        }
        replay = stack.enter_context(ReplayServer(clips, instance.clock))
        work = SampleWork(instance, PRINCIPAL, sites)
        work.enter(replay)
        yield instance, work


@contextmanager
def silent(_title: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Instance, SampleWork, list[int]]]:
    """Stopped in the middle of the first camera, taken up again, and done."""
    folder, data_dir = tmp_path_factory.mktemp("sites"), tmp_path_factory.mktemp("data")
    looks = shipped_looks("hospital", 4)
    for site in (BRIDGE, PIPELINE):
        build_site(folder, site, looks)
    stop, remaining = threading.Event(), []

    @contextmanager
    def _stopping(_title: str, _total: int) -> Iterator[Callable[[int], None]]:
        yield lambda done: stop.set() if done == 5 else None

    with opened(data_dir, folder) as (instance, work):
        remaining.append(work.remaining)
        work.run(stop, _stopping)
        remaining.append(work.remaining)
    with opened(data_dir, folder) as (instance, work):
        work.run(threading.Event(), silent)
        remaining.append(work.remaining)
        yield instance, work, remaining


def project(instance: Instance, key: str, number: int) -> ProjectStatusView:
    return next(one for one in instance.services.items.status(ADMIN, number).projects if one.key == key)


def observed(instance: Instance, camera: str) -> tuple[Placement, list[Observation]]:
    with instance.database.reading() as session:
        row = SiteRepository(session).camera_by_name(camera)
        assert row is not None
        now = instance.clock.now()
        placement = SiteRepository(session).open_placement(row.id, now)
        assert placement is not None
        rows = ObservationRepository(session).of_placements([placement.id], now - timedelta(days=90), now)
        return placement, list(rows)


def test_a_run_that_was_stopped_goes_on_and_duplicates_nothing(
    worked: tuple[Instance, SampleWork, list[int]],
) -> None:
    instance, work, remaining = worked
    assert remaining == [3, 3, 0]
    with instance.database.engine.connect() as connection:
        before = connection.execute(sa.text("SELECT count(*) FROM observation")).scalar_one()
    # Two weeks, three weeks, and three weeks but the last day: working days of three looks.
    assert before == 3 * (10 + 15 + 14)
    work.run(threading.Event(), silent)
    with instance.database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM observation")).scalar_one() == before


def test_work_that_goes_on_after_the_plans_end_is_behind(worked: tuple[Instance, SampleWork, list[int]]) -> None:
    instance, _, _ = worked
    bridge = project(instance, "road-bridge", 21)
    assert (bridge.status, bridge.basis) == (Status.BEHIND, Basis.OBSERVED)
    assert bridge.proposed is not None
    assert "completion has not been confirmed" in bridge.proposed.reason.en
    assert bridge.evidence


def test_a_moved_camera_leaves_no_evidence_and_says_why(worked: tuple[Instance, SampleWork, list[int]]) -> None:
    instance, _, _ = worked
    pipeline = project(instance, "pipeline", 62)
    assert (pipeline.status, pipeline.basis) == (Status.NO_EVIDENCE, Basis.OBSERVED)
    assert pipeline.proposed is not None
    assert pipeline.proposed.reason.en.startswith("The camera has been moved")
    signal = instance.services.observing.latest_signal(ADMIN, pipeline.id)
    assert signal is not None
    last = signal.site_days[-1]
    assert (last.state, last.reasons) == (SiteDayState.OBSTRUCTED.value, ["moved"])
    placement, rows = observed(instance, "pipeline mast-1")
    assert [row.view_quality for row in rows] == [{"usable": 1}] * 6 + [{"moved": 1}] * 24
    with instance.database.reading() as session:
        state = ViewRepository(session).state(placement.id)
    assert state is not None
    assert state.moved_since is not None


def test_a_camera_that_is_down_did_not_see_the_last_day(worked: tuple[Instance, SampleWork, list[int]]) -> None:
    instance, _, _ = worked
    _, seen = observed(instance, "road-bridge mast-1")
    _, missed = observed(instance, "road-bridge mast-2")
    assert missed[-1].window_starts_at < seen[-3].window_starts_at
    with instance.database.reading() as session:
        down = SiteRepository(session).camera_by_name("road-bridge mast-2")
        up = SiteRepository(session).camera_by_name("road-bridge mast-1")
    assert down is not None
    assert up is not None
    assert StreamAddress.parse(instance.seal.open(down.sealed_address)).reveal() == DEAD_ADDRESS
    assert "road-bridge-mast-1" in up.address_display


def test_older_days_keep_a_picture_each_and_recent_ones_all(worked: tuple[Instance, SampleWork, list[int]]) -> None:
    instance, _, _ = worked
    _, rows = observed(instance, "road-bridge mast-1")
    kept = [row.evidence_id is not None for row in rows]
    assert kept == [False, True, False] * 5 + [True] * 30


def test_the_cards_elements_are_drawn_and_followed_until_the_camera_was_moved(
    worked: tuple[Instance, SampleWork, list[int]],
) -> None:
    instance, _, _ = worked
    placement, rows = observed(instance, "pipeline mast-1")
    first_on = rows[0].window_starts_at.astimezone(ZONE).date()
    # Entered twice, and drawn once.
    (element,) = instance.services.elements.list(ADMIN, placement.id).items
    assert (element.key, element.task_key, element.kind) == ("frame", None, WorkKind.FRAME)
    assert (element.reference_on, element.reference_share) == (first_on, 0.2)
    days = instance.placement_progress().derive(placement.id)
    assert days[0] == first_on
    shown, _ = observed(instance, "pipeline mast-1")
    assert shown.suspended_since == rows[6].window_starts_at
    assert days[-1] < shown.suspended_since.astimezone(ZONE).date()
    listed = instance.services.elements.days(ADMIN, project(instance, "pipeline", 62).id, PageRequest(50)).rows
    assert [one.on_day for one in listed] == days


def test_a_demo_of_shorter_footage_is_not_mixed_with_this_one(tmp_path: Path) -> None:
    looks = shipped_looks("hospital", 2)
    for name, days in (("short", 7), ("long", 21)):
        build_site(tmp_path / name, BuiltSite("pipeline", (BuiltCamera("mast-1"),), days=days), looks)
    with opened(tmp_path / "data", tmp_path / "short") as (_, work):
        assert work.remaining == 1
    with pytest.raises(CommandError, match="earlier version"), opened(tmp_path / "data", tmp_path / "long"):
        pass


def test_days_after_the_last_that_is_shown_are_left_out_and_the_plan_stays_where_it_was(tmp_path: Path) -> None:
    site = BuiltSite("school", (BuiltCamera("mast-1"),), days=12, finish_day=10, demo={"shown_until": "2026-09-18"})
    build_site(tmp_path / "sites", site, shipped_looks("hospital", 2))
    with opened(tmp_path / "data", tmp_path / "sites") as (instance, _):
        school = project(instance, "school", 24)
        task = instance.services.projects.plans(ADMIN, school.id)[-1].tasks[0]
        placement, _rows = observed(instance, "school mast-1")
        anchor_on = date.fromisoformat(json.loads((tmp_path / "data" / "footage-school.json").read_text())["anchor_on"])
    # The footage ends on a Friday, a week before the day that the plan's days count from.
    assert task.finishes_on == anchor_on + timedelta(days=7 + 10)
    # Five working days of footage, over a weekend unless the last of them is a Friday.
    began = anchor_on - placement.starts_at.astimezone(ZONE).date()
    assert began == timedelta(days=4 if anchor_on.isoweekday() == 5 else 6)
