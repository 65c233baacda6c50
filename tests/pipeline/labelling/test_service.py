from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from models.database import Database
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from models.principal import Permission, Principal, Role
from models.repositories.paging import PageRequest
from pipeline.labelling.export_forms import ExportForm
from pipeline.labelling.export_target import ExportFolder
from pipeline.labelling.service import LabellingService, OpeningDraft
from pipeline.labelling.sweep import LabellingSweep
from tests.pipeline.labelling.conftest import NINE, MakeQueue, MakeService, look
from tests.support.builders import ADMIN, plant, principal
from tests.support.clocks import StandingClock
from vision.image import encode_jpeg

OPERATOR = principal(Role.OPERATOR)
OPENING = OpeningDraft(hours=24, reason="People at the east gate are missed")


def test_only_those_who_label_see_the_queue(make_service: MakeService) -> None:
    service = make_service()
    for role in (Role.OFFICE, Role.OWNER, Role.VIEWER):
        with pytest.raises(ForbiddenError):
            service.frames(principal(role), PageRequest())
    assert service.frames(OPERATOR, PageRequest()).rows == []


def test_only_an_admin_opens_the_queue_and_sees_what_was_done(make_service: MakeService) -> None:
    service = make_service(unredacted_is_allowed=True)
    scopes = frozenset({Permission.LABELLING_WORK, Permission.LABELLING_UNREDACTED})
    for who in (OPERATOR, Principal(uuid4(), "a token", Role.SYSTEM, scopes)):
        with pytest.raises(ForbiddenError):
            service.open(who, OPENING)
    for look_at in (service.openings, lambda who: service.events(who, PageRequest())):
        with pytest.raises(ForbiddenError):
            look_at(OPERATOR)


def test_the_unredacted_queue_is_off_unless_the_settings_allow_it(make_service: MakeService) -> None:
    with pytest.raises(ConflictError, match="unredacted_is_allowed"):
        make_service().open(ADMIN, OPENING)
    service = make_service(unredacted_is_allowed=True, unredacted_most_hours=12)
    with pytest.raises(InvalidError, match="at most 12"):
        service.open(ADMIN, OPENING)


def test_openings_sights_exports_and_closings_are_remembered(
    database: Database, make_queue: MakeQueue, make_service: MakeService, tmp_path: Path, clock: StandingClock
) -> None:
    planted = plant(database)
    service = make_service(unredacted_is_allowed=True)
    opening = service.open(ADMIN, OPENING)
    with pytest.raises(ConflictError, match="open already"):
        service.open(ADMIN, OPENING)
    frame_id = make_queue(unredacted_is_allowed=True).offer(planted.placement_id, look(0.45))
    assert frame_id is not None
    service.unredacted_picture(ADMIN, frame_id)
    service.export(ADMIN, ExportForm.COCO, ExportFolder(tmp_path / "out"), unredacted=True)
    clock.advance(60)
    service.close(ADMIN, opening.id)
    service.close(ADMIN, opening.id)
    events = service.events(ADMIN, PageRequest()).rows
    assert [(event.action, event.actor) for event in events] == [
        (action, "test admin") for action in ("opened", "shown", "exported", "closed")
    ]
    assert events[0].detail["reason"] == OPENING.reason
    assert events[1].detail == {"frame_id": str(frame_id)}
    (shown,) = service.openings(ADMIN)
    assert (shown.opened_by, shown.closed_by) == ("test admin", "test admin")
    assert shown.closed_at == NINE + timedelta(minutes=1)


def test_once_closed_or_over_no_unredacted_picture_leaves(
    database: Database, make_queue: MakeQueue, make_service: MakeService, clock: StandingClock, tmp_path: Path
) -> None:
    planted = plant(database)
    service = make_service(unredacted_is_allowed=True)
    opening = service.open(ADMIN, OPENING)
    frame_id = make_queue(unredacted_is_allowed=True).offer(planted.placement_id, look(0.45))
    assert frame_id is not None
    service.close(ADMIN, opening.id)

    def refused(target: str) -> None:
        with pytest.raises(ConflictError, match="not open"):
            service.unredacted_picture(ADMIN, frame_id)
        with pytest.raises(ConflictError, match="not open"):
            service.export(ADMIN, ExportForm.YOLO, ExportFolder(tmp_path / target), unredacted=True)

    refused("closed")
    service.open(ADMIN, OPENING)
    assert service.unredacted_picture(ADMIN, frame_id)
    clock.advance(24 * 3600)
    refused("over")


def test_what_has_expired_is_given_to_nobody_and_swept(
    database: Database,
    make_queue: MakeQueue,
    make_service: MakeService,
    sweep: LabellingSweep,
    clock: StandingClock,
    tmp_path: Path,
) -> None:
    planted = plant(database)
    settings = {"unredacted_is_allowed": True, "unredacted_keep_days": 2, "keep_days": 5}
    service = make_service(**settings)
    service.open(ADMIN, OPENING)
    frame_id = make_queue(**settings).offer(planted.placement_id, look(0.45))
    assert frame_id is not None

    def sealed() -> list[bool]:
        return [frame.has_unredacted for frame in service.frames(ADMIN, PageRequest()).rows]

    sweep.tick()
    assert sealed() == [True]
    clock.advance(2 * 86400)
    assert sealed() == [False]
    sweep.tick()
    # Turned back, the clock shows that the rows are gone and not only hidden.
    clock.move_to(NINE)
    assert sealed() == [False]
    assert len(list((tmp_path / "evidence").rglob("*.jpg"))) == 1
    clock.advance(5 * 86400)
    with pytest.raises(NotFoundError):
        service.picture(OPERATOR, frame_id)
    sweep.tick()
    assert list((tmp_path / "evidence").rglob("*.jpg")) == []
    clock.move_to(NINE)
    assert sealed() == []
    assert [event.action for event in service.events(ADMIN, PageRequest()).rows] == ["opened"]


def test_a_sweep_comes_again_only_after_a_while(
    database: Database, make_queue: MakeQueue, make_service: MakeService, sweep: LabellingSweep, clock: StandingClock
) -> None:
    planted = plant(database)
    sweep.tick()
    make_queue(keep_days=1).offer(planted.placement_id, look(0.45))
    clock.move_to(NINE + timedelta(days=1))
    sweep.tick()
    clock.move_to(NINE)
    assert len(make_service().frames(ADMIN, PageRequest()).rows) == 1
    clock.advance(600)
    clock.move_to(NINE + timedelta(days=1))
    sweep.tick()
    clock.move_to(NINE)
    assert make_service().frames(ADMIN, PageRequest()).rows == []


def test_a_dropped_frame_is_gone_with_its_file_and_its_sealed_picture(
    database: Database, make_queue: MakeQueue, make_service: MakeService, tmp_path: Path
) -> None:
    planted = plant(database)
    service: LabellingService = make_service(unredacted_is_allowed=True)
    service.open(ADMIN, OPENING)
    frame_id = make_queue(unredacted_is_allowed=True).offer(planted.placement_id, look(0.45))
    assert frame_id is not None
    assert service.picture(OPERATOR, frame_id).startswith(b"\xff\xd8")
    service.drop(OPERATOR, frame_id)
    with pytest.raises(NotFoundError):
        service.picture(OPERATOR, frame_id)
    with pytest.raises(NotFoundError):
        service.unredacted_picture(ADMIN, frame_id)
    assert list((tmp_path / "evidence").rglob("*.jpg")) == []


@pytest.mark.parametrize("unredacted", [False, True])
def test_an_export_holds_redacted_pictures_unless_unredacted_ones_are_asked_for(
    database: Database, make_queue: MakeQueue, make_service: MakeService, tmp_path: Path, unredacted: bool
) -> None:
    planted = plant(database)
    service, queue = make_service(unredacted_is_allowed=True), make_queue(unredacted_is_allowed=True)
    queue.offer(planted.placement_id, look(0.45))
    service.open(ADMIN, OPENING)
    seen = look(0.45, NINE + timedelta(minutes=5), seed=3)
    queue.offer(planted.placement_id, seen)
    if unredacted:
        with pytest.raises(ForbiddenError):
            service.export(OPERATOR, ExportForm.YOLO, ExportFolder(tmp_path / "not"), unredacted=True)
    who = ADMIN if unredacted else OPERATOR
    exported = service.export(who, ExportForm.YOLO, ExportFolder(tmp_path / "out"), unredacted=unredacted)
    pictures = [path.read_bytes() for path in sorted((tmp_path / "out/images/train").iterdir())]
    assert exported.frames == len(pictures) == (1 if unredacted else 2)
    assert (encode_jpeg(seen.image, 92) in pictures) is unredacted
