import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from models.database import Database
from models.evidence import EvidenceStore
from models.repositories.labelling import LabellingRepository
from models.repositories.paging import PageRequest
from models.tables.labelling import QueuedFrame
from pipeline.evidence import EvidenceKeeper
from pipeline.labelling.service import OpeningDraft
from pipeline.watch.recorder import Recording
from pipeline.watch.worker import CameraWorker, Pauses, WatchOrder
from streams.address import StreamAddress
from streams.frame import Frame
from streams.source import Run
from tests.pipeline.labelling.conftest import NINE, PERSON_BOX, MakeQueue, MakeService, UnsureDetector, look
from tests.support.builders import ADMIN, plant
from tests.support.clocks import StandingClock
from vision.detector import Image
from vision.image import encode_jpeg, read_image
from vision.redaction import RedactionPass, Redactor


def queued(database: Database, at: datetime = NINE) -> list[QueuedFrame]:
    with database.reading() as session:
        return list(LabellingRepository(session).newest(100, at))


def inside_person(image: Image) -> NDArray[np.float64]:
    left, top, right, bottom = (int(value) for value in PERSON_BOX)
    return image[top + 4 : bottom - 4, left + 4 : right - 4].astype(np.float64)


def test_a_frame_of_doubt_is_kept_redacted_with_its_proposals_and_reasons(
    database: Database, make_queue: MakeQueue, tmp_path: Path
) -> None:
    planted = plant(database)
    seen = look(0.45)
    assert make_queue().offer(planted.placement_id, seen) is not None
    (row,) = queued(database)
    assert row.doubt == pytest.approx(0.8, abs=0.01)
    assert [reason["kind"] for reason in row.reasons] == ["between_thresholds"]
    (proposal,) = row.proposals
    assert (proposal["label"], proposal["xyxy"]) == ("person", list(PERSON_BOX))
    assert (row.width_px, row.height_px, row.day_on.isoformat()) == (320, 180, "2026-09-16")
    stored = read_image(tmp_path / "evidence" / row.path)
    assert inside_person(stored).std() < 0.6 * inside_person(seen.image).std()
    assert row.redaction["hidden"] == 1


def test_a_frame_that_the_detector_is_sure_of_is_not_kept(
    database: Database, make_queue: MakeQueue, tmp_path: Path
) -> None:
    planted = plant(database)
    queue = make_queue()
    for confidence in (0.9, 0.1, 0.3):
        assert queue.offer(planted.placement_id, look(confidence)) is None
    assert queued(database) == []
    assert not list((tmp_path / "evidence").rglob("*.jpg"))


def test_a_full_day_keeps_the_most_doubtful_and_of_equals_the_newest(
    database: Database, make_queue: MakeQueue, tmp_path: Path
) -> None:
    planted = plant(database)
    queue = make_queue(frames_per_day=2)
    for minute, confidence in enumerate((0.42, 0.46, 0.44, 0.40, 0.44)):
        queue.offer(planted.placement_id, look(confidence, NINE + timedelta(minutes=minute), seed=minute))
    assert [(row.taken_at.minute, round(row.doubt, 2)) for row in queued(database)] == [(1, 0.84), (4, 0.76)]
    files = {path.name for path in (tmp_path / "evidence").rglob("*.jpg")}
    assert files == {Path(row.path).name for row in queued(database)}


def test_each_placement_and_each_day_of_the_site_has_its_own_budget(database: Database, make_queue: MakeQueue) -> None:
    first, second = plant(database), plant(database, number=18)
    queue = make_queue(frames_per_day=1)
    # 23:50 and 00:10 in Almaty are the same day in UTC.
    late = datetime(2026, 9, 16, 18, 50, tzinfo=UTC)
    for placement_id in (first.placement_id, second.placement_id):
        for at in (late, late + timedelta(minutes=20)):
            queue.offer(placement_id, look(0.45, at))
    assert sorted(row.day_on.day for row in queued(database)) == [16, 16, 17, 17]


def test_with_no_budget_nothing_is_kept(database: Database, make_queue: MakeQueue) -> None:
    planted = plant(database)
    assert make_queue(frames_per_day=0).offer(planted.placement_id, look(0.45)) is None


def test_unredacted_pictures_are_kept_only_while_the_queue_is_open_and_only_sealed(
    database: Database, make_queue: MakeQueue, make_service: MakeService, clock: StandingClock, tmp_path: Path
) -> None:
    planted = plant(database)
    queue, service = make_queue(unredacted_is_allowed=True), make_service(unredacted_is_allowed=True)
    before = queue.offer(planted.placement_id, look(0.45))
    from_now = service.open(ADMIN, _draft(hours=2))
    seen = look(0.45, seed=7)
    during = queue.offer(planted.placement_id, seen)
    clock.advance(2 * 3600)
    after = queue.offer(planted.placement_id, look(0.45))
    frames = service.frames(ADMIN, PageRequest()).rows
    assert {frame.id: frame.has_unredacted for frame in frames} == {before: False, during: True, after: False}
    assert during is not None
    with database.reading() as session:
        sealed = LabellingRepository(session).sealed(during, clock.now())
    assert sealed is not None
    assert sealed.opening_id == from_now.id
    assert not sealed.sealed.startswith(b"\xff\xd8")
    service.open(ADMIN, _draft(hours=1))
    assert service.unredacted_picture(ADMIN, during) == encode_jpeg(seen.image, 92)
    for path in (tmp_path / "evidence").rglob("*.jpg"):
        assert inside_person(read_image(path)).std() < 0.6 * inside_person(seen.image).std()


def test_where_the_settings_do_not_allow_it_an_opening_keeps_nothing(
    database: Database, make_queue: MakeQueue, make_service: MakeService
) -> None:
    planted = plant(database)
    make_service(unredacted_is_allowed=True).open(ADMIN, _draft(hours=2))
    make_queue().offer(planted.placement_id, look(0.45))
    (frame,) = make_service().frames(ADMIN, PageRequest()).rows
    assert not frame.has_unredacted


def test_looks_are_offered_a_pause_after_the_start_and_then_one_every_so_often(
    database: Database, make_queue: MakeQueue, clock: StandingClock
) -> None:
    planted = plant(database)
    watch = make_queue(check_every_s=600, frames_per_day=50).watch(planted.placement_id)
    offered = 0
    for _ in range(40):
        watch.consider(look(0.45, clock.now()))
        clock.advance(60)
        offered = len(queued(database))
    assert offered == 3


class _Camera:
    """Sends a frame every ten seconds of the clock, and then ends the watching."""

    def __init__(self, confidences: Sequence[float], clock: StandingClock) -> None:
        self._confidences = confidences
        self._clock = clock

    @contextmanager
    def open(self, stop: threading.Event) -> Iterator[Run]:
        run_id = uuid4()
        yield Run(run_id, self._frames(run_id, stop))

    def _frames(self, run_id: UUID, stop: threading.Event) -> Iterator[Frame]:
        for index, confidence in enumerate(self._confidences):
            self._clock.advance(10)
            yield replace(look(confidence, self._clock.now(), seed=index).frame, run_id=run_id, index=index)
        stop.set()


def test_a_watched_camera_queues_what_it_is_unsure_of(
    database: Database, make_queue: MakeQueue, store: EvidenceStore, clock: StandingClock
) -> None:
    planted = plant(database)
    detector = UnsureDetector()
    recording = Recording(
        database=database,
        keeper=EvidenceKeeper(store),
        detector=detector,
        redactor=Redactor([RedactionPass(detector, 0.1)]),
        clock=clock,
        first_record_s=8.0,
        latest_view_every_s=5.0,
        on_recorded=lambda _project, _about: None,
        labelling=make_queue(check_every_s=25),
    )
    order = WatchOrder(
        camera_id=planted.camera_id,
        camera_version=1,
        placement_id=planted.placement_id,
        placement_version=1,
        project_id=planted.project_id,
        address=StreamAddress.parse("rtsp://192.0.2.1/live"),
        look_every_s=10.0,
        masks=(),
    )
    stop = threading.Event()
    # Asked after 30 s, of which it is not sure, and after 60 s, of which it is.
    source = _Camera((0.45, 0.45, 0.45, 0.45, 0.45, 0.9), clock)
    CameraWorker(order, recording, lambda _order: source, Pauses(1, 1, 1), stop).run()
    assert [row.taken_at for row in queued(database)] == [NINE + timedelta(seconds=30)]


def _draft(hours: int) -> OpeningDraft:
    return OpeningDraft(hours=hours, reason="People at the east gate are missed")
