"""Work elements as they are drawn: refused in words where they can't be followed, shown with what to know of them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from models.database import Database
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from models.evidence import EvidenceStore
from models.principal import Role
from models.repositories.roadmap import RoadmapRepository
from models.repositories.sites import SiteRepository
from models.tables.progress import WorkElementRow
from models.tables.roadmap import PlanTask, PlanVersion
from models.tables.sites import Camera, Placement
from pipeline.registry.element_drawing import ElementBody, ElementDraft, ElementPatch, PlacementElements
from pipeline.registry.elements import ElementService
from pipeline.registry.moved_view import MovedViewService, ViewAnswer, ViewConfirmation
from pipeline.registry.placements import PlacementService
from tests.support.builders import ADMIN, BEFORE, Planted, plant, principal
from tests.support.clocks import StandingClock

NOW = datetime(2026, 9, 16, 6, tzinfo=UTC)
SQUARE = [[0.1, 0.4], [0.4, 0.4], [0.4, 0.9], [0.1, 0.9]]
BESIDE = [[0.5, 0.4], [0.8, 0.4], [0.8, 0.9], [0.5, 0.9]]
OVER = [[0.2, 0.5], [0.5, 0.5], [0.5, 0.8], [0.2, 0.8]]


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def service(database: Database, clock: StandingClock) -> ElementService:
    return ElementService(database, clock.now)


def draft(key: str = "frame", polygon: Any = SQUARE, **more: Any) -> ElementDraft:
    drawn = {"key": key, "title": key.capitalize(), "task_key": "frame", "polygon": polygon}
    return ElementDraft.model_validate(drawn | more)


def warned(shown: PlacementElements) -> dict[str, list[str]]:
    return {item.key: [warning.code.value for warning in item.warnings] for item in shown.items}


def said(shown: PlacementElements, key: str) -> str:
    (text,) = (warning.text for item in shown.items if item.key == key for warning in item.warnings)
    return text


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        ([[0, 0], [1, 1], [1, 0], [0, 1]], r"crosses itself at \(0\.5, 0\.5\); draw its corners in order"),
        ([[0.1, 0.1], [0.5, 0.5], [0.9, 0.9]], "encloses nothing: its corners lie on one line"),
        ([[1.1, 0.1], [1.5, 0.1], [1.5, 0.9]], "lies outside the picture; draw it over what the camera sees"),
        ([[0.1, -0.5], [0.5, -0.5], [0.5, -0.1]], "lies outside the picture"),
        ([[0.5, 0.5], [0.502, 0.5], [0.502, 0.502]], "is too small or too thin to be seen"),
        ([[0.1, 0.5], [0.9, 0.5], [0.9, 0.501], [0.1, 0.501]], "is too small or too thin to be seen"),
    ],
)
def test_what_can_not_be_followed_is_refused_in_words(polygon: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        draft(polygon=polygon)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reference_share", 1.2),
        ("reference_share", -0.1),
        ("reference_share", float("nan")),
        ("weight", 0),
        ("weight", float("inf")),
        ("growth", "sideways"),
        ("kind", "castle"),
        ("key", "a b"),
        ("key", "../x"),
        ("polygon", [[0, 0], [1, 1]]),
        ("polygon", [[0, 0], [9, 0], [9, 9]]),
        ("reference_on", "yesterday"),
    ],
)
def test_values_out_of_their_bounds_are_refused_by_their_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        draft(**{field: value})


def test_elements_are_drawn_in_order_and_read_back(service: ElementService, planted: Planted) -> None:
    drawn = [draft(reference_share=0.25, weight=1.0, kind="frame"), draft("yard", BESIDE, task_key=None)]
    shown = service.draw_all(ADMIN, planted.placement_id, drawn, None)
    assert [(one.key, one.position, one.share_of_task) for one in shown.items] == [("frame", 0, 1.0), ("yard", 1, None)]
    frame = service.get(ADMIN, planted.placement_id, "frame")
    assert (frame.reference_share, frame.reference_on, frame.growth.value) == (0.25, date(2026, 9, 16), "up")
    assert [list(corner) for corner in frame.polygon] == SQUARE
    assert service.list(ADMIN, planted.placement_id) == shown
    assert warned(shown) == {"frame": [], "yard": ["no_task"]}


def test_drawing_the_same_again_changes_nothing(service: ElementService, planted: Planted) -> None:
    first = service.draw_all(ADMIN, planted.placement_id, [draft(), draft("yard", BESIDE)], None)
    again = service.draw_all(ADMIN, planted.placement_id, [draft(), draft("yard", BESIDE)], first.version)
    assert again == first


def test_redrawing_retires_the_old_drawing_and_its_tag_goes_up(
    database: Database, service: ElementService, planted: Planted
) -> None:
    before = service.draw(ADMIN, planted.placement_id, "frame", draft(reference_on=date(2026, 9, 1)), None)
    after = service.draw(ADMIN, planted.placement_id, "frame", draft(polygon=OVER), before.version)
    assert after.id != before.id
    assert after.version > before.version
    # Drawn again without a date it keeps the one it had.
    assert after.reference_on == date(2026, 9, 1)
    with database.reading() as session:
        old = session.get(WorkElementRow, before.id)
    assert old is not None
    assert (old.retired_at, [list(corner) for corner in old.polygon]) == (NOW, SQUARE)
    with pytest.raises(ConflictError, match="changed by somebody else"):
        service.draw(ADMIN, planted.placement_id, "frame", draft(), before.version)


def test_a_title_a_task_and_a_weight_are_changed_in_place(service: ElementService, planted: Planted) -> None:
    before = service.draw(ADMIN, planted.placement_id, "frame", draft(), None)
    patch = ElementPatch(title="Frame of block A", task_key=None, weight=0.5)
    after = service.change(ADMIN, planted.placement_id, "frame", patch, before.version)
    assert (after.id, after.title, after.task_key, after.weight) == (before.id, "Frame of block A", None, 0.5)
    with pytest.raises(ConflictError):
        service.change(ADMIN, planted.placement_id, "frame", patch, before.version)
    again = service.change(ADMIN, planted.placement_id, "frame", ElementPatch(weight=0.7), None)
    assert (again.title, again.task_key, again.weight) == ("Frame of block A", None, 0.7)


def test_what_is_not_drawn_any_more_is_retired(service: ElementService, planted: Planted) -> None:
    service.draw_all(ADMIN, planted.placement_id, [draft(), draft("yard", BESIDE)], None)
    shown = service.draw_all(ADMIN, planted.placement_id, [draft("yard", BESIDE)], None)
    assert [one.key for one in shown.items] == ["yard"]
    service.retire(ADMIN, planted.placement_id, "yard")
    assert service.list(ADMIN, planted.placement_id).items == []
    with pytest.raises(NotFoundError, match="no work element 'yard'"):
        service.retire(ADMIN, planted.placement_id, "yard")
    again = service.draw(ADMIN, planted.placement_id, "yard", draft("yard", BESIDE), None)
    assert again.version > shown.items[0].version


def test_two_elements_of_one_key_are_refused_and_nothing_is_drawn(service: ElementService, planted: Planted) -> None:
    with pytest.raises(InvalidError, match=r"1\.key: 'frame' is the key of another element too"):
        service.draw_all(ADMIN, planted.placement_id, [draft(), draft(polygon=BESIDE)], None)
    assert service.list(ADMIN, planted.placement_id).items == []


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        ({"task_key": "roof"}, r"0\.task_key: the plan in force has no task 'roof'; it has frame"),
        ({"reference_on": "2026-09-17"}, r"0\.reference_on: lies in the future; it is 2026-09-16 at the site"),
        ({"reference_on": "2025-12-31"}, r"0\.reference_on: lies before 2026-01-01, when the camera was placed"),
        ({"built_after": ["pit"]}, "'frame' is to be built after 'pit', which is no other element drawn here"),
        ({"built_after": ["frame"]}, "'frame' is to be built after 'frame'"),
    ],
)
def test_what_there_is_not_can_not_be_named(
    service: ElementService, planted: Planted, drawn: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidError, match=words):
        service.draw_all(ADMIN, planted.placement_id, [draft(**drawn)], None)


def test_elements_built_after_each_other_are_refused(service: ElementService, planted: Planted) -> None:
    circle = [draft(built_after=("yard",)), draft("yard", BESIDE, built_after=("frame",))]
    with pytest.raises(InvalidError, match="frame, yard would be built after each other; leave one of them out"):
        service.draw_all(ADMIN, planted.placement_id, circle, None)


def test_what_is_built_after_another_comes_after_it_however_it_was_drawn(
    service: ElementService, planted: Planted
) -> None:
    shown = service.draw_all(
        ADMIN, planted.placement_id, [draft("facade", OVER, built_after=("frame",)), draft("frame")], None
    )
    assert [one.key for one in shown.items] == ["frame", "facade"]


def test_elements_that_overlap_are_taken_and_both_say_so(service: ElementService, planted: Planted) -> None:
    shown = service.draw_all(ADMIN, planted.placement_id, [draft(weight=0.5), draft("facade", OVER, weight=0.5)], None)
    assert warned(shown) == {"frame": ["overlap"], "facade": ["overlap"]}
    assert said(shown, "facade").startswith("It overlaps 'frame' (67% of the smaller one)")
    assert "'facade' is taken to follow 'frame'" in said(shown, "frame")
    told = [draft(weight=0.5), draft("facade", OVER, weight=0.5, built_after=("frame",))]
    assert warned(service.draw_all(ADMIN, planted.placement_id, told, None)) == {"frame": [], "facade": []}


def test_a_tower_that_ends_above_the_picture_is_taken_with_a_warning(service: ElementService, planted: Planted) -> None:
    tower = [[0.1, -0.5], [0.4, -0.5], [0.4, 0.5], [0.1, 0.5]]
    shown = service.draw_all(ADMIN, planted.placement_id, [draft(polygon=tower)], None)
    assert said(shown, "frame") == "50% of it lies outside the picture, and is taken to grow as the rest does."


def test_weights_that_do_not_come_to_one_are_shared_out_and_said(service: ElementService, planted: Planted) -> None:
    drawn = [draft(weight=3.0), draft("frame-b", BESIDE, weight=1.0)]
    shown = service.draw_all(ADMIN, planted.placement_id, drawn, None)
    assert [one.share_of_task for one in shown.items] == [0.75, 0.25]
    assert warned(shown) == {"frame": ["weights"], "frame-b": ["weights"]}
    assert "come to 4, not 1. Each counts by its share of that: this one 75% of the task" in said(shown, "frame")


def test_weights_are_summed_over_all_cameras_of_the_project(
    database: Database, service: ElementService, planted: Planted
) -> None:
    other = _second_placement(database, planted)
    service.draw_all(ADMIN, planted.placement_id, [draft(weight=0.6)], None)
    shown = service.draw_all(ADMIN, other, [draft("frame-east", weight=0.4)], None)
    assert warned(shown) == {"frame-east": []}
    assert shown.items[0].share_of_task == pytest.approx(0.4)


def test_one_work_on_two_cameras_weighs_the_mean_of_what_they_say(
    database: Database, service: ElementService, planted: Planted
) -> None:
    other = _second_placement(database, planted)
    service.draw_all(ADMIN, planted.placement_id, [draft(weight=1.0)], None)
    shown = service.draw_all(ADMIN, other, [draft(weight=1.0)], None)
    assert (warned(shown), shown.items[0].share_of_task) == ({"frame": []}, 1.0)
    service.draw_all(ADMIN, planted.placement_id, [draft(weight=0.5), draft("annex", BESIDE, weight=0.3)], None)
    shown = service.draw_all(ADMIN, other, [draft(weight=0.9)], None)
    assert warned(shown) == {"frame": []}
    assert shown.items[0].share_of_task == pytest.approx(0.7)
    first = service.list(ADMIN, planted.placement_id)
    assert [one.share_of_task for one in first.items] == pytest.approx([0.7, 0.3])
    shown = service.draw_all(ADMIN, other, [draft(weight=1.9)], None)
    assert "come to 1.5, not 1. Each counts by its share of that: this one 80% of the task" in said(shown, "frame")


def test_a_task_that_a_new_plan_drops_leaves_its_element_with_a_warning(
    database: Database, service: ElementService, planted: Planted
) -> None:
    service.draw_all(ADMIN, planted.placement_id, [draft()], None)
    _rebaseline(database, planted, "structure")
    shown = service.list(ADMIN, planted.placement_id)
    assert warned(shown) == {"frame": ["no_such_task"]}
    assert "counted nowhere, for the plan in force has no task 'frame'" in said(shown, "frame")
    # It may be drawn as another task's, and not as that of the old plan.
    with pytest.raises(InvalidError, match="no task 'frame'; it has structure"):
        service.change(ADMIN, planted.placement_id, "frame", ElementPatch(task_key="frame"), None)
    patched = service.change(ADMIN, planted.placement_id, "frame", ElementPatch(task_key="structure"), None)
    assert patched.warnings == []


def test_what_stood_before_a_plan_dropped_its_task_is_drawn_again_and_carried_over(
    database: Database, service: ElementService, planted: Planted
) -> None:
    service.draw_all(ADMIN, planted.placement_id, [draft()], None)
    _rebaseline(database, planted, "structure")
    again = service.draw_all(ADMIN, planted.placement_id, [draft(polygon=OVER)], None)
    assert warned(again) == {"frame": ["no_such_task"]}
    carried_to = _second_placement(database, planted)
    # Nothing is carried to a placement that is drawn by itself, and no other element may name the task anew.
    with pytest.raises(InvalidError, match=r"0\.task_key: the plan in force has no task 'frame'; it has structure"):
        service.draw_all(ADMIN, carried_to, [draft()], None)
    with database.transaction() as session:
        with pytest.raises(InvalidError, match=r"1\.task_key: the plan in force has no task 'frame'"):
            service.draw_within(
                session, carried_to, [draft(), draft("annex", BESIDE)], carried_from=planted.placement_id
            )
        session.rollback()
    with database.transaction() as session:
        carried = service.draw_within(session, carried_to, [draft()], carried_from=planted.placement_id)
    assert warned(carried) == {"frame": ["no_such_task"]}


def test_a_moved_camera_is_confirmed_though_the_plan_has_dropped_a_task(
    database: Database, service: ElementService, planted: Planted, clock: StandingClock, tmp_path: Path
) -> None:
    service.draw_all(ADMIN, planted.placement_id, [draft()], None)
    _rebaseline(database, planted, "structure")
    with database.transaction() as session:
        placement = session.get(Placement, planted.placement_id)
        assert placement is not None
        placement.suspended_since = NOW
    moved = MovedViewService(database, EvidenceStore(tmp_path), service, clock.now)
    clock.advance(60)
    answer = ViewConfirmation(answer=ViewAnswer.NEW_PLACEMENT, zones=(), elements=(draft(polygon=OVER),))
    begun = moved.confirm(ADMIN, planted.placement_id, answer, None)
    assert warned(service.list(ADMIN, begun.id)) == {"frame": ["no_such_task"]}


def test_a_retired_element_keeps_none_from_being_drawn_that_names_it_not(
    service: ElementService, planted: Planted
) -> None:
    before = [draft("pit", BESIDE, weight=0.5), draft(weight=0.5, built_after=("pit",))]
    service.draw_all(ADMIN, planted.placement_id, before, None)
    service.retire(ADMIN, planted.placement_id, "pit")
    yard = service.draw(ADMIN, planted.placement_id, "yard", draft("yard", BESIDE, weight=0.5), None)
    assert yard.warnings == []
    assert warned(service.list(ADMIN, planted.placement_id)) == {"frame": ["no_such_element"], "yard": []}
    with pytest.raises(InvalidError, match="'frame' is to be built after 'pit', which is no other element drawn here"):
        service.draw(ADMIN, planted.placement_id, "frame", draft(built_after=("pit",)), None)
    # What is not drawn in this call still makes a circle.
    with pytest.raises(InvalidError, match="frame, pit would be built after each other"):
        service.draw(ADMIN, planted.placement_id, "pit", draft("pit", BESIDE, built_after=("frame",)), None)


def test_who_may_see_cameras_reads_and_who_minds_them_draws(service: ElementService, planted: Planted) -> None:
    operator, office, viewer = (principal(role) for role in (Role.OPERATOR, Role.OFFICE, Role.VIEWER))
    service.draw_all(operator, planted.placement_id, [draft()], None)
    assert len(service.list(office, planted.placement_id).items) == 1
    with pytest.raises(ForbiddenError):
        service.list(viewer, planted.placement_id)
    body = ElementBody.model_validate(draft().model_dump(exclude={"key"}))
    for forbidden in (
        lambda: service.draw_all(office, planted.placement_id, [], None),
        lambda: service.draw(office, planted.placement_id, "frame", body, None),
        lambda: service.change(office, planted.placement_id, "frame", ElementPatch(weight=1.0), None),
        lambda: service.retire(office, planted.placement_id, "frame"),
    ):
        with pytest.raises(ForbiddenError):
            forbidden()


def test_a_placement_that_there_is_not_has_no_elements(service: ElementService, planted: Planted) -> None:
    assert planted.project_id
    with pytest.raises(NotFoundError, match="no placement"):
        service.list(ADMIN, uuid4())


def test_a_placement_taken_back_before_it_began_takes_its_elements_with_it(
    database: Database, service: ElementService, planted: Planted, clock: StandingClock
) -> None:
    later = _second_placement(database, planted, starts_at=NOW + timedelta(days=1))
    with database.transaction() as session:
        # As of its first day, which is tomorrow at the site.
        clock.move_to(NOW + timedelta(days=2))
        assert session.get(Placement, later) is not None
    service.draw_all(ADMIN, later, [draft(reference_on=date(2026, 9, 17))], None)
    clock.move_to(NOW)
    PlacementService(database, clock.now).end(ADMIN, later)
    with database.reading() as session:
        assert session.get(Placement, later) is None


def _second_placement(database: Database, planted: Planted, starts_at: datetime = BEFORE) -> Any:
    camera_id, placement_id = uuid4(), uuid4()
    with database.transaction() as session:
        repository = SiteRepository(session)
        repository.add(
            Camera(
                id=camera_id,
                name="second",
                address_display="",
                sealed_address="",
                look_every_s=10.0,
                is_replay=False,
                created_at=BEFORE,
                retired_at=None,
            )
        )
        repository.flush()
        repository.add(
            Placement(
                id=placement_id,
                camera_id=camera_id,
                site_id=planted.site_id,
                starts_at=starts_at,
                ends_at=None,
                zones=[],
                created_at=BEFORE,
            )
        )
    return placement_id


def _rebaseline(database: Database, planted: Planted, task: str) -> None:
    version_id = uuid4()
    with database.transaction() as session:
        repository = RoadmapRepository(session)
        repository.add(
            PlanVersion(
                id=version_id,
                project_id=planted.project_id,
                number=2,
                reason="second",
                created_at=NOW,
                created_by="test",
            )
        )
        repository.flush()
        repository.add(
            PlanTask(
                id=uuid4(),
                plan_version_id=version_id,
                key=task,
                title_kk="Қаңқа",
                title_ru="Каркас",
                title_en="Frame",
                starts_on=date(2026, 6, 1),
                finishes_on=date(2026, 12, 31),
                weight=1.0,
            )
        )
