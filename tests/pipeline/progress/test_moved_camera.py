"""A camera that was pushed: its placement is suspended until an operator confirms the view or aims it anew."""

from collections.abc import Callable
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest
import shapely

from models.errors import ConflictError, ForbiddenError
from models.principal import Role
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from models.repositories.views import ViewRepository
from models.tables.progress import DailyViewRow
from models.tables.sites import Placement
from pipeline.progress.suspension import Suspension
from pipeline.registry.moved_view import MovedViewService, ViewConfirmation
from tests.support.builders import ADMIN, principal
from tests.support.built_site import BuiltSite, day, drive, moment, pit
from tests.support.sample_cards import nudged
from vision.detector import Image

SAME = ViewConfirmation.model_validate({"answer": "same_view"})
ANEW = ViewConfirmation.model_validate({"answer": "new_placement"})
FOG_LEAVES = 0.5


def service(site: BuiltSite) -> MovedViewService:
    return MovedViewService(site.database, site.store, site.elements, site.clock.now)


def _views(site: BuiltSite) -> list[DailyViewRow]:
    with site.database.reading() as session:
        return list(ProgressRepository(session).daily_views(site.placement_id))


def placement_of(site: BuiltSite) -> Placement:
    with site.database.reading() as session:
        found = SiteRepository(session).placement(site.placement_id)
    assert found is not None
    return found


@pytest.fixture
def moved(site: BuiltSite) -> BuiltSite:
    """Two days as they were, and one on which the camera looked elsewhere."""
    site.work_through([0, 1])
    site.draw(pit(), drive())
    site.progress().derive(site.placement_id)
    site.work_through([2], seen=nudged)
    return site


def test_a_pushed_camera_is_suspended_on_that_day_and_nothing_is_taken_from_it(moved: BuiltSite) -> None:
    assert moved.progress().derive(moved.placement_id) == []
    assert placement_of(moved).suspended_since == moment(2)
    with moved.database.reading() as session:
        views = ProgressRepository(session).daily_views(moved.placement_id)
    assert [view.on_day for view in views] == [day(0), day(1)]


def test_a_camera_that_was_turned_back_waits_for_the_operator(moved: BuiltSite) -> None:
    moved.progress().derive(moved.placement_id)
    with pytest.raises(ConflictError, match="still show another view"):
        service(moved).confirm(ADMIN, moved.placement_id, SAME, None)
    moved.work_through([3])
    assert moved.progress().derive(moved.placement_id) == []
    assert placement_of(moved).suspended_since == moment(2)
    shown = service(moved).confirm(ADMIN, moved.placement_id, SAME, None)
    assert shown.suspended_since is None
    assert moved.progress().derive(moved.placement_id) == [day(2), day(3)]
    with moved.database.reading() as session:
        repository = ProgressRepository(session)
        assert [view.pictures for view in repository.daily_views(moved.placement_id)] == [3, 3, 0, 3]
        (one, _) = repository.elements(moved.placement_id)
        assert [row.reason for row in repository.element_days([one.id], day(2))] == ["not_seen", "seen"]


def mirrored(image: Image) -> Image:
    """Another place, as clear."""
    return np.ascontiguousarray(image[:, ::-1])


def mirrored_in_fog(image: Image) -> Image:
    """Another place through fog that is too thin to be called haze."""
    grey = np.full_like(image, 150)
    return np.asarray(cv2.addWeighted(mirrored(image), FOG_LEAVES, grey, 1 - FOG_LEAVES, 0), np.uint8)


@pytest.mark.parametrize(("seen", "since"), [(mirrored, moment(1)), (mirrored_in_fog, None)])
def test_a_day_without_the_reference_suspends_it_where_most_of_its_pictures_are_clear(
    site: BuiltSite, seen: Callable[[Image], Image], since: datetime | None
) -> None:
    site.work_through([0])
    with site.database.transaction() as session:
        # The watch can tell nothing.
        ViewRepository(session).forget(site.placement_id)
    site.work_through([1], seen=seen)
    site.progress().derive(site.placement_id)
    _, other = _views(site)
    assert (other.pictures, other.left_out) == (0, ["not_registered"] * 3)
    assert placement_of(site).suspended_since == since


def test_a_day_of_another_view_that_was_stored_and_not_told_suspends_it_in_the_next_round(site: BuiltSite) -> None:
    site.work_through([0])
    with site.database.transaction() as session:
        ViewRepository(session).forget(site.placement_id)
    site.work_through([1], seen=mirrored)
    site.progress().derive(site.placement_id)
    with site.database.transaction() as session:
        placement = SiteRepository(session).placement(site.placement_id)
        assert placement is not None
        # As if whoever made the view had been killed then.
        placement.suspended_since = None
    site.progress().derive(site.placement_id)
    assert placement_of(site).suspended_since == moment(1)
    site.clock.advance(60)
    service(site).confirm(ADMIN, site.placement_id, SAME, None)
    site.progress().derive(site.placement_id)
    assert placement_of(site).suspended_since is None


def test_a_day_of_another_view_suspends_it_unless_an_operator_has_seen_to_it_since(site: BuiltSite) -> None:
    suspension = Suspension(site.database)
    assert suspension.by_day(site.placement_id, moment(1))
    assert placement_of(site).suspended_since == moment(1)
    site.clock.move_to(moment(2))
    service(site).confirm(ADMIN, site.placement_id, SAME, None)
    # Its days are made up for now, and the same day is found again.
    assert not suspension.by_day(site.placement_id, moment(1))
    assert placement_of(site).suspended_since is None
    assert suspension.by_day(site.placement_id, moment(3))


def test_a_new_placement_carries_over_what_was_drawn_to_where_it_is_now(moved: BuiltSite) -> None:
    moved.progress().derive(moved.placement_id)
    # The newest picture, as a camera that is watched has it.
    moved.show_latest(2, nudged)
    proposed = service(moved).propose(ADMIN, moved.placement_id)
    assert proposed.suspended_since == moment(2)
    assert proposed.shift_share == pytest.approx(70 / 960, abs=0.01)
    assert proposed.lost == []
    # Everything on the picture went 70 px to the left and 12 up.
    for draft, before in zip(proposed.elements, (pit(), drive()), strict=True):
        for (x, y), (x_before, y_before) in zip(draft["polygon"], before.polygon, strict=True):
            assert (x, y) == pytest.approx((x_before - 70 / 960, y_before - 12 / 540), abs=0.006)
    moved.clock.advance(60)
    begun = service(moved).confirm(ADMIN, moved.placement_id, ANEW, None)
    assert (begun.starts_at, begun.suspended_since) == (moved.clock.now(), None)
    assert placement_of(moved).ends_at == moved.clock.now()
    carried = moved.elements.list(ADMIN, begun.id).items
    assert [one.key for one in carried] == ["pit", "drive"]
    with moved.database.reading() as session:
        repository = ProgressRepository(session)
        last = {row.key: repository.latest_day(row.id) for row in repository.elements(moved.placement_id)}
    for one in carried:
        known = last[one.key]
        assert known is not None
        assert one.reference_share == pytest.approx(known.share, abs=0.001)
        assert one.reference_on == day(2)
    # Drawn twice in the project, counted once.
    assert [one.share_of_task for one in carried] == [1.0, None]


def test_a_privacy_mask_that_the_border_cuts_is_carried_over_in_all_its_pieces(moved: BuiltSite) -> None:
    # Open to the left, where it leaves the picture: two arms stay, as of a zone for people their larger one does.
    arms = [[0.0, 0.2], [0.4, 0.2], [0.4, 0.4], [0.06, 0.4], [0.06, 0.5], [0.3, 0.5], [0.3, 0.7], [0.0, 0.7]]
    with moved.database.transaction() as session:
        placement = SiteRepository(session).placement(moved.placement_id)
        assert placement is not None
        placement.zones = [
            {"name": "street", "purpose": "privacy_mask", "polygon": arms},
            {"name": "street 2", "purpose": "ignore", "polygon": arms},
        ]
    moved.progress().derive(moved.placement_id)
    moved.show_latest(2, nudged)
    zones = service(moved).propose(ADMIN, moved.placement_id).zones
    assert [(zone["name"], zone["purpose"]) for zone in zones] == [
        ("street", "privacy_mask"),
        ("street 3", "privacy_mask"),
        ("street 2", "ignore"),
    ]
    upper, lower, largest = (shapely.Polygon(zone["polygon"]).bounds for zone in zones)
    assert upper == pytest.approx((0.0, 0.18, 0.327, 0.378), abs=0.01)
    assert lower == pytest.approx((0.0, 0.478, 0.227, 0.678), abs=0.01)
    assert largest == upper
    moved.clock.advance(60)
    begun = service(moved).confirm(ADMIN, moved.placement_id, ANEW, None)
    assert [zone.name for zone in begun.zones] == ["street", "street 3", "street 2"]


def test_a_new_placement_of_which_nothing_old_is_found_takes_only_what_is_drawn_anew(moved: BuiltSite) -> None:
    moved.progress().derive(moved.placement_id)
    moved.show_latest(2, mirrored)
    assert service(moved).propose(ADMIN, moved.placement_id).transform is None
    for answer in (ANEW, ANEW.model_copy(update={"zones": ()}), ANEW.model_copy(update={"elements": ()})):
        with pytest.raises(ConflictError, match="Draw zones and elements anew"):
            service(moved).confirm(ADMIN, moved.placement_id, answer, None)
    assert placement_of(moved).ends_at is None
    zone = {"name": "street", "purpose": "privacy_mask", "polygon": [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]}
    drawn = {"answer": "new_placement", "zones": [zone], "elements": [pit(reference_on=day(2))]}
    moved.clock.advance(60)
    begun = service(moved).confirm(ADMIN, moved.placement_id, ViewConfirmation.model_validate(drawn), None)
    assert [one.name for one in begun.zones] == ["street"]
    assert [one.key for one in moved.elements.list(ADMIN, begun.id).items] == ["pit"]


def test_only_a_suspended_placement_is_confirmed_and_only_by_who_minds_cameras(site: BuiltSite) -> None:
    site.clock.move_to(moment(0) + timedelta(hours=1))
    with pytest.raises(ConflictError, match="not suspended"):
        service(site).confirm(ADMIN, site.placement_id, SAME, None)
    with pytest.raises(ForbiddenError):
        service(site).confirm(principal(Role.OFFICE), site.placement_id, SAME, None)


def test_without_pictures_what_was_drawn_is_proposed_as_it_was(site: BuiltSite) -> None:
    site.clock.move_to(moment(0) + timedelta(hours=1))
    site.draw(pit())
    proposed = service(site).propose(ADMIN, site.placement_id)
    assert (proposed.transform, proposed.evidence_id) == (None, None)
    assert [tuple(corner) for corner in proposed.elements[0]["polygon"]] == list(pit().polygon)
