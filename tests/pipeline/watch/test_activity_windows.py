"""From looks to stored windows with what machines did, where people stood and who crossed a gate."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from models.database import Database
from models.repositories.observations import ObservationRepository
from models.tables.observations import Observation
from models.words import Sampling
from pipeline.backfill import Backfill
from pipeline.derivation import ProgressDeriver
from pipeline.observing import ObservationView
from pipeline.signals.zones import ZoneMap
from pipeline.watch.look import Looker
from pipeline.watch.recorder import Recorded, Recording, WindowRecorder
from pipeline.watch.tally import RULE_VERSION
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from sample_footage.footage import clip_of
from streams.address import StreamAddress
from streams.archive import ArchiveClip
from streams.errors import StalledError, StreamError
from streams.frame import Frame
from tests.pipeline.conftest import MakeRecording
from tests.support.builders import Planted, plant
from tests.support.clocks import StandingClock
from tests.support.fakes import ToldDetector, ToldSource, frames
from tests.support.true_clip import CLIP, TrueDetector, clip_frames, later
from vision.settings import VisionSettings
from vision.sight import open_detector

# A Wednesday, 09:00 in Almaty; windows begin on whole five minutes.
NINE = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)
PAUSES = Pauses(first_s=0.01, most_s=0.02, healthy_after_s=60.0)
WORKS = {"name": "works", "purpose": "work_area", "polygon": [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]}


@pytest.fixture(scope="module")
def true_detector() -> TrueDetector:
    return TrueDetector()


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def in_force(database: Database, planted: Planted) -> list[Observation]:
    with database.reading() as session:
        rows = ObservationRepository(session).of_placements(
            [planted.placement_id], NINE - timedelta(days=30), NINE + timedelta(days=30)
        )
    return list(rows)


def order(planted: Planted, **values: Any) -> WatchOrder:
    known = WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=2.0,
        masks=(),
    )
    return replace(known, **values)


def watch(recording: Recording, of: WatchOrder, *scripts: Sequence[Frame | StreamError]) -> None:
    source = ToldSource(scripts)
    CameraWorker(of, recording, lambda _order: source, PAUSES, threading.Event()).run()


def machine_s(row: Observation) -> float:
    return sum(sum(seconds.values()) for seconds in row.machine_seconds.values())


def test_a_live_clip_gives_working_and_idle_seconds_by_what_machines_are(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    watch(make_recording(true_detector), order(planted, look_every_s=0.4), clip_frames(NINE))
    (row,) = in_force(database, planted)
    seconds = row.machine_seconds
    assert seconds["excavator"]["working_s"] > 12 > 2 > seconds["excavator"]["idle_s"]
    assert seconds["dump_truck"]["idle_s"] > 10 > 2 > seconds["dump_truck"]["working_s"]
    assert row.machine_working_s == pytest.approx(sum(one["working_s"] for one in seconds.values()))
    assert row.machine_idle_s == pytest.approx(sum(one["idle_s"] for one in seconds.values()))
    assert all(sum(one.values()) <= 19.7 for one in seconds.values())
    assert (row.rule_version.startswith("window-4"), row.late_by_s) == (True, None)


def test_looks_far_apart_leave_working_unknown(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    run = [frame for number in range(6) for frame in later(clip_frames(NINE, seconds=0.2), 10.0 * number)]
    # Each picture differs from the one before it, as those of a camera that works do.
    run = [
        replace(clip_frames(NINE)[number], captured_at=one.captured_at, pts_s=one.pts_s)
        for number, one in enumerate(run)
    ]
    watch(make_recording(true_detector), order(planted, look_every_s=10.0), run)
    (row,) = in_force(database, planted)
    assert row.looks_usable == 6
    assert row.tallies["excavator"]["looks"] == 6
    assert (row.machine_working_s, row.machine_idle_s, row.machine_seconds) == (None, None, {})


def test_what_is_watched_closely_and_holds_no_machine_is_nothing_at_work(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    watch(make_recording(ToldDetector(lambda _image: 1)), order(planted), list(frames(NINE, 10, 2.0)))
    (row,) = in_force(database, planted)
    assert (row.machine_working_s, row.machine_idle_s, row.machine_seconds) == (0.0, 0.0, {})


def test_seconds_go_to_the_window_they_fell_in(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    border = NINE + timedelta(minutes=5)
    watch(make_recording(true_detector), order(planted, look_every_s=0.4), clip_frames(border - timedelta(seconds=12)))
    before, after = in_force(database, planted)
    assert (before.window_starts_at, after.window_starts_at) == (NINE, border)
    for label in ("excavator", "dump_truck"):
        # The clip lasts from 12 s before the border to 7.6 s after it.
        assert sum(before.machine_seconds[label].values()) == pytest.approx(12.0, abs=1.3)
        assert sum(after.machine_seconds[label].values()) == pytest.approx(7.6, abs=0.5)
    assert before.machine_seconds["excavator"]["working_s"] > 8
    assert after.machine_seconds["dump_truck"]["idle_s"] > 4


def test_a_restart_in_mid_window_keeps_what_was_seen(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    recording = make_recording(true_detector)
    of = order(planted, look_every_s=0.4, zones=(WORKS,))
    watch(recording, of, clip_frames(NINE))
    (first,) = in_force(database, planted)
    watch(recording, of, clip_frames(NINE + timedelta(seconds=40)))
    (both,) = in_force(database, planted)
    assert (both.looks_seen, both.turns_seen, len(both.run_ids)) == (100, 100, 2)
    assert machine_s(first) > 30
    assert machine_s(both) == pytest.approx(2 * machine_s(first), abs=0.1)
    assert both.machine_working_s == pytest.approx(2 * (first.machine_working_s or 0), abs=0.1)
    people = first.zone_tallies["works"]["person"]
    assert both.zone_tallies["works"]["person"] == {
        "group": "person",
        "looks": 2 * people["looks"],
        "total": 2 * people["total"],
        "most": people["most"],
        "sure": 2 * people["sure"],
    }


def test_zones_that_are_drawn_anew_in_mid_window_begin_a_tally_of_their_own(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    recording, top = make_recording(true_detector), [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]
    # The truck and the loader stand below, as all do that is near.
    watch(recording, order(planted, look_every_s=0.4, zones=(WORKS,)), clip_frames(NINE, seconds=4))
    (before,) = in_force(database, planted)
    assert before.zone_tallies["works"]["loader"]["looks"] == 10
    redrawn = order(planted, look_every_s=0.4, zones=({**WORKS, "polygon": top},), placement_version=2)
    watch(recording, redrawn, clip_frames(NINE + timedelta(seconds=40), seconds=4))
    (after,) = in_force(database, planted)
    assert (after.looks_seen, after.tallies["loader"]["looks"]) == (10, 10)
    assert "loader" not in after.zone_tallies.get("works", {})
    assert before.zones_sha256 != after.zones_sha256 == ZoneMap.of(redrawn.zones).digest
    # The same zones again go on from there.
    watch(recording, redrawn, clip_frames(NINE + timedelta(seconds=80), seconds=4))
    assert in_force(database, planted)[0].looks_seen == 20


def test_what_an_earlier_rule_counted_is_not_gone_on_from(
    database: Database, make_recording: MakeRecording, planted: Planted
) -> None:
    recording = make_recording(ToldDetector(lambda _image: 1))
    watch(recording, order(planted, look_every_s=10.0), list(frames(NINE, 5, 10.0)))
    with database.transaction() as session:
        session.execute(update(Observation).values(rule_version="window-3"))
    watch(recording, order(planted, look_every_s=10.0), list(frames(NINE + timedelta(seconds=90), 4, 10.0)))
    (row,) = in_force(database, planted)
    assert (row.rule_version, row.looks_seen) == (RULE_VERSION, 4)


def test_a_reconnect_follows_nobody_across(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    whole = clip_frames(NINE)
    second = [replace(frame, run_id=uuid4(), pts_s=frame.pts_s - whole[25].pts_s) for frame in whole[25:]]
    second = [replace(frame, run_id=second[0].run_id) for frame in second]
    broken: list[Frame | StreamError] = [*whole[:25], StalledError("nothing came for 10 s")]
    watch(make_recording(true_detector), order(planted, look_every_s=0.4), broken, second)
    (row,) = in_force(database, planted)
    assert len(row.run_ids) == 2
    # 9.6 s before the break and 9.6 s after it; the 0.4 s across it belong to nobody.
    assert all(sum(one.values()) <= 19.2 + 0.01 for one in row.machine_seconds.values())


def bursts(count: int, every_s: float = 60.0, begins_at: datetime = NINE) -> list[Frame]:
    """One run that is looked at for 6 s every so often, at a picture every 0.4 s."""
    burst = clip_frames(begins_at, seconds=6)
    return [frame for number in range(count) for frame in later(burst, number * every_s, burst=number)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_burst_stands_for_its_turn_however_many_pictures_it_brings(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector, count: int
) -> None:
    of = order(planted, look_every_s=60.0, sampling=Sampling.BURST, burst_s=6.0)
    watch(make_recording(true_detector), of, bursts(count))
    (row,) = in_force(database, planted)
    assert (row.turns_seen, row.looks_seen, row.looks_usable) == (count, 15 * count, 15 * count)
    assert (row.seen_s, row.usable_s, row.due_s) == (60.0 * count, 60.0 * count, 300.0)
    assert row.tallies["excavator"]["looks"] == 15 * count
    # Machine-seconds are those that were watched, not those that the turns stand for.
    assert all(sum(one.values()) <= 5.61 * count for one in row.machine_seconds.values())
    assert row.machine_seconds["excavator"]["working_s"] > 5 * count
    assert row.machine_seconds["dump_truck"]["idle_s"] > 5 * count


def test_a_burst_across_a_windows_border_is_a_turn_of_the_window_it_began_in(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    of = order(planted, look_every_s=600.0, sampling=Sampling.BURST, burst_s=6.0)
    border = NINE + timedelta(minutes=5)
    watch(make_recording(true_detector), of, bursts(1, begins_at=border - timedelta(seconds=3)))
    before, after = in_force(database, planted)
    assert [(row.turns_seen, row.seen_s) for row in (before, after)] == [(1, 300.0), (0, 0.0)]
    assert (before.looks_seen, after.looks_seen) == (8, 7)


def test_of_a_black_burst_nothing_is_usable_and_its_turn_was_seen(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    of = order(planted, look_every_s=60.0, sampling=Sampling.BURST, burst_s=6.0)
    black = [replace(frame, image=frame.image * 0) for frame in bursts(1)]
    watch(make_recording(true_detector), of, black)
    (row,) = in_force(database, planted)
    assert (row.turns_seen, row.seen_s, row.usable_s) == (1, 60.0, 0.0)
    assert (row.machine_working_s, row.machine_seconds) == (None, {})


def test_people_and_machines_are_counted_by_zone_and_ignored_ones_not_at_all(
    database: Database, make_recording: MakeRecording, planted: Planted, true_detector: TrueDetector
) -> None:
    left = {"name": "left", "purpose": "work_area", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
    # The loader stands in the lower left corner, and only it.
    corner = {"name": "corner", "purpose": "ignore", "polygon": [[0, 0.6], [0.12, 0.6], [0.12, 1], [0, 1]]}
    watch(make_recording(true_detector), order(planted, look_every_s=0.4), clip_frames(NINE, seconds=4))
    (plain,) = in_force(database, planted)
    watch(
        make_recording(true_detector),
        order(planted, look_every_s=0.4, zones=(left, corner)),
        clip_frames(NINE + timedelta(minutes=5), seconds=4),
    )
    row = in_force(database, planted)[-1]
    assert plain.tallies["loader"]["looks"] == 10
    assert "loader" not in row.tallies
    assert "loader" not in row.machine_seconds
    assert plain.tallies["dump_truck"] == row.tallies["dump_truck"] == row.zone_tallies["left"]["dump_truck"]
    assert "excavator" not in row.zone_tallies["left"]
    assert plain.zone_tallies == {}
    assert 0 < row.zone_tallies["left"]["person"]["total"] < row.tallies["person"]["total"]
    shown = ObservationView.of(row)
    assert shown.zone_tallies["left"]["dump_truck"].looks == 10
    assert shown.machine_seconds.keys() == {"dump_truck", "excavator"}
    assert (shown.turns_seen, shown.gate_crossings, shown.late_by_s) == (10, {}, None)


def test_the_same_footage_in_other_zones_is_another_observation(
    database: Database,
    make_recording: MakeRecording,
    clock: StandingClock,
    planted: Planted,
    true_detector: TrueDetector,
) -> None:
    clock.move_to(NINE + timedelta(days=1))
    recording, run_id = make_recording(true_detector), uuid4()

    def _record(*zones: dict[str, Any]) -> Observation:
        drawn = ZoneMap.of(zones)
        recorded = Recorded(planted.project_id, planted.placement_id, 0.4, zones=drawn)
        recorder = WindowRecorder(recording, recorded, resumes=False, keeps_latest=False)
        looker = Looker(true_detector, [], zones=drawn)
        for frame in clip_frames(NINE, run_id=run_id, seconds=2):
            recorder.add(looker.look(frame))
        recorder.finish()
        (row,) = in_force(database, planted)
        return row

    first, again, drawn = _record(), _record(), _record(WORKS)
    assert again.id == first.id
    assert drawn.id != first.id
    assert drawn.zone_tallies.keys() == {"works"}


Footage = Callable[[], Sequence[Frame]]


@pytest.fixture
def backfill(database: Database, make_recording: MakeRecording, true_detector: TrueDetector) -> Backfill:
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    return Backfill(make_recording(true_detector), deriver)


def test_a_clip_of_five_pictures_a_second_is_backfilled_in_bursts_as_it_would_have_been_watched(
    database: Database, clock: StandingClock, planted: Planted, backfill: Backfill
) -> None:
    clock.move_to(NINE + timedelta(days=2))
    footage = [*clip_frames(NINE, every=1), *later(clip_frames(NINE, every=1), 60.0)]
    report = backfill.run(planted.camera_id, footage, 60.0, burst_s=6.0)
    (row,) = in_force(database, planted)
    # 6 s at a picture every 0.4 s, the first and the last of them included.
    assert (report.looks, row.looks_seen, row.turns_seen, row.seen_s) == (32, 32, 2, 120.0)
    assert all(sum(one.values()) <= 12.01 for one in row.machine_seconds.values())
    assert row.machine_seconds["excavator"]["working_s"] > 10
    assert row.machine_seconds["dump_truck"]["idle_s"] > 10
    assert row.late_by_s == pytest.approx(2 * 86400 - 300)


def test_stills_hours_apart_say_who_was_there_and_never_that_anything_was_idle(
    database: Database, clock: StandingClock, planted: Planted, backfill: Backfill
) -> None:
    clock.move_to(NINE + timedelta(days=2))
    stills = [
        replace(one, captured_at=NINE + timedelta(hours=n), pts_s=3600.0 * n)
        for n, one in enumerate(clip_frames(NINE, seconds=2))
    ]
    backfill.run(planted.camera_id, stills, 8.0, burst_s=6.0)
    rows = in_force(database, planted)
    assert [(row.looks_seen, row.turns_seen, row.seen_s) for row in rows] == [(1, 1, 8.0)] * 5
    assert {(row.machine_working_s, row.machine_idle_s, str(row.machine_seconds)) for row in rows} == {
        (None, None, "{}")
    }
    assert all(row.tallies["excavator"]["total"] == 1 for row in rows)
    assert [row.late_by_s for row in rows] == [pytest.approx(2 * 86400 - 300 - 3600 * n) for n in range(5)]


def test_footage_of_the_window_that_just_closed_is_not_late(
    database: Database, clock: StandingClock, planted: Planted, backfill: Backfill
) -> None:
    clock.move_to(NINE + timedelta(minutes=5, seconds=20))
    backfill.run(planted.camera_id, clip_frames(NINE, seconds=2), 0.4)
    (row,) = in_force(database, planted)
    assert row.late_by_s is None


def test_a_short_clip_does_not_take_the_place_of_a_window_that_was_watched(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    recording = make_recording(ToldDetector(lambda _image: 1))
    watch(recording, order(planted, look_every_s=10.0), list(frames(NINE, 30, 10.0)))
    (live,) = in_force(database, planted)
    clock.move_to(NINE + timedelta(days=2))
    backfill = Backfill(recording, ProgressDeriver(database, lambda _session, _project: None))
    clip = list(frames(NINE + timedelta(seconds=30), 10, 2.0, first_seed=50))
    # The clip also reaches into the next window, of which nothing was seen.
    beyond = list(frames(NINE + timedelta(minutes=5), 10, 2.0, clip[0].run_id, first_seed=70))
    report = backfill.run(planted.camera_id, [*clip, *beyond], 2.0)
    first, second = in_force(database, planted)
    assert (first.id, first.seen_s) == (live.id, 300.0)
    assert (second.window_starts_at, second.seen_s) == (NINE + timedelta(minutes=5), 20.0)
    assert (report.looks, report.windows_kept) == (20, 1)
    # All of it, a recorder's copy of what was watched, is as good and newer.
    whole = list(frames(NINE, 30, 10.0, first_seed=200))
    assert backfill.run(planted.camera_id, whole, 10.0).windows_kept == 0
    assert in_force(database, planted)[0].late_by_s is not None


@pytest.mark.parametrize("changed", ["weights_sha256", "rule_version"])
def test_a_short_clip_does_not_take_its_place_after_an_upgrade_either(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted, changed: str
) -> None:
    recording = make_recording(ToldDetector(lambda _image: 1))
    watch(recording, order(planted, look_every_s=10.0), list(frames(NINE, 30, 10.0)))
    with database.transaction() as session:
        session.execute(update(Observation).values({changed: "earlier"}))
    clock.move_to(NINE + timedelta(days=2))
    backfill = Backfill(recording, ProgressDeriver(database, lambda _session, _project: None))
    clip = list(frames(NINE + timedelta(seconds=30), 2, 10.0, first_seed=50))
    assert backfill.run(planted.camera_id, clip, 10.0).windows_kept == 1
    (row,) = in_force(database, planted)
    assert (getattr(row, changed), row.seen_s) == ("earlier", 300.0)
    # The whole footage is told anew, though less of it is usable to the new rule.
    dark = [replace(one, image=one.image * 0) if n < 9 else one for n, one in enumerate(frames(NINE, 30, 10.0))]
    assert backfill.run(planted.camera_id, dark, 10.0).windows_kept == 0
    (row,) = in_force(database, planted)
    assert getattr(row, changed) != "earlier"
    assert row.looks_usable <= 21


def test_clips_that_meet_within_a_window_are_one_window(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    clock.move_to(NINE + timedelta(days=2))
    recording = make_recording(ToldDetector(lambda _image: 1))
    backfill = Backfill(recording, ProgressDeriver(database, lambda _session, _project: None))
    first = list(frames(NINE, 15, 10.0))
    second = list(frames(NINE + timedelta(seconds=150), 15, 10.0, first_seed=50))
    for clip in (first, second):
        assert backfill.run(planted.camera_id, clip, 10.0).windows_kept == 0
    (row,) = in_force(database, planted)
    assert (row.looks_seen, row.seen_s, row.tallies["person"]["total"], len(row.run_ids)) == (30, 300.0, 30, 2)
    # Each of them again adds nothing to it: what was stored of the first is known, and the second alone is less.
    assert [backfill.run(planted.camera_id, clip, 10.0).windows_kept for clip in (first, second)] == [0, 1]
    assert [known.id for known in in_force(database, planted)] == [row.id]


def test_pushed_pictures_that_waited_are_late_and_those_looked_at_as_they_come_are_not(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    clock.move_to(NINE + timedelta(minutes=30))
    of = order(planted, look_every_s=10.0, sampling=Sampling.PUSH, address=None)
    waited, fresh = frames(NINE, 3, 10.0), frames(NINE + timedelta(minutes=30), 3, 10.0, first_seed=7)
    watch(make_recording(ToldDetector()), of, [*waited, *fresh])
    late, live = in_force(database, planted)
    assert (late.window_starts_at, late.late_by_s) == (NINE, 25 * 60.0)
    assert live.late_by_s is None


def test_the_shipped_detector_tells_the_clips_excavator_at_work_and_its_truck_idle(
    database: Database, make_recording: MakeRecording, clock: StandingClock, planted: Planted
) -> None:
    """A real clip with its times, through backfill, with nothing told."""
    clock.move_to(NINE + timedelta(days=2))
    recording = replace(make_recording(ToldDetector()), detector=open_detector(VisionSettings()))
    deriver = ProgressDeriver(database, lambda _session, _project: None)
    with ArchiveClip(clip_of(CLIP)).open(threading.Event()) as run:
        report = Backfill(recording, deriver).run(planted.camera_id, run.frames, 0.4)
    assert (report.looks, report.problem) == (50, None)
    (row,) = in_force(database, planted)
    assert row.machine_seconds["excavator"]["working_s"] > 10
    assert row.machine_seconds["excavator"]["idle_s"] < 3
    assert row.machine_seconds["dump_truck"]["idle_s"] > 8
    assert row.machine_seconds["dump_truck"]["working_s"] < 3
