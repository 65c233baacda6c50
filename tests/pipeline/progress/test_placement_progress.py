"""What is built, from stored evidence: real pictures of a site's first days, looked at as they were kept."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from models.errors import EvidenceError
from models.repositories.paging import PageRequest
from models.repositories.progress import ProgressRepository
from models.repositories.sites import SiteRepository
from models.tables.observations import Evidence
from models.tables.progress import DailyViewRow, ElementDayRow
from pipeline.evidence import EvidenceKind
from pipeline.progress.element_days import LookerSource
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.registry.elements import ElementService
from tests.support.builders import ADMIN
from tests.support.built_site import BuiltSite, day, drive, moment, pit
from vision.image import decode_image
from vision.privacy_mask import MASK_COLOUR
from vision.progress.element_progress import Looker
from vision.seen_mask import decode_seen


def views_of(site: BuiltSite) -> list[DailyViewRow]:
    with site.database.reading() as session:
        return list(ProgressRepository(session).daily_views(site.placement_id))


def days_of(site: BuiltSite, key: str = "pit") -> list[ElementDayRow]:
    with site.database.reading() as session:
        repository = ProgressRepository(session)
        (element,) = (one for one in repository.elements(site.placement_id) if one.key == key)
        return list(repository.element_days([element.id]))


def stored(site: BuiltSite) -> dict[str, list[Any]]:
    """Every row that progress writes, and every file that is kept."""
    with site.database.reading() as session:
        rows: dict[str, list[Any]] = {
            table.__tablename__: [tuple(row) for row in session.execute(sa.select(table.__table__).order_by(table.id))]
            for table in (DailyViewRow, ElementDayRow, Evidence)
        }
    return rows


def figures(rows: list[ElementDayRow]) -> list[tuple[Any, ...]]:
    return [(row.on_day, row.share, row.low, row.high, row.visible_share, row.state, row.reason) for row in rows]


def test_each_day_gets_a_view_and_each_element_a_figure(any_site: BuiltSite) -> None:
    site = any_site
    site.work_through([0, 1])
    site.draw(pit(), drive())
    assert site.progress().derive(site.placement_id) == [day(0), day(1)]
    views = views_of(site)
    assert [(view.on_day, view.pictures, view.left_out) for view in views] == [(day(0), 3, []), (day(1), 3, [])]
    with site.database.reading() as session:
        (picture,) = ProgressRepository(session).evidence_of([views[0].evidence_id])
        reference = ProgressRepository(session).reference_evidence(site.placement_id)
    assert picture.kind == EvidenceKind.DAILY_VIEW.value
    assert decode_image(site.keeper.read(picture)).shape == (540, 960, 3)
    assert views[0].seen is not None
    seen = decode_seen(views[0].seen)
    assert seen.shape == (540, 960)
    assert float(seen.mean()) == pytest.approx(views[0].seen_share)
    assert reference is not None
    assert {view.reference_id for view in views} == {reference.id}
    for key in ("pit", "drive"):
        rows = days_of(site, key)
        assert [row.on_day for row in rows] == [day(0), day(1)]
        assert all(0 <= row.low <= row.share <= row.high <= 1 for row in rows)
        assert [row.evidence_id for row in rows] == [view.evidence_id for view in views]
    assert days_of(site)[0].share == pytest.approx(0.6, abs=0.05)


def test_the_same_footage_again_changes_no_row(any_site: BuiltSite) -> None:
    site = any_site
    site.work_through([0, 1, 2])
    site.draw(pit(), drive())
    progress = site.progress()
    progress.derive(site.placement_id)
    before = stored(site)
    assert {name: len(rows) for name, rows in before.items()} == {
        "daily_view": 3,
        "element_day": 6,
        # Nine pictures of windows, the newest, the reference and three views.
        "evidence": 9 + 1 + 1 + 3,
    }
    site.work_through([0, 1, 2])
    told = [day(number) for number in range(3)]
    assert progress.derive(site.placement_id, told) == []
    assert site.progress().derive(site.placement_id, told) == []
    assert stored(site) == before


def test_a_day_under_way_waits_until_its_hours_are_over(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    site.clock.move_to(moment(0, 2))
    assert site.progress().derive(site.placement_id) == []
    assert views_of(site) == []
    site.clock.move_to(moment(0, 2) + timedelta(hours=3))
    assert site.progress().derive(site.placement_id) == [day(0)]


def test_late_footage_supersedes_the_days_from_its_own_on(any_site: BuiltSite) -> None:
    site = any_site
    site.work_through([0])
    site.work_through([1], taken=(1,))
    site.work_through([2, 3])
    site.draw(pit())
    progress = site.progress()
    assert progress.derive(site.placement_id) == [day(number) for number in range(4)]
    before = days_of(site)
    site.work_through([1], taken=(0, 2))
    assert progress.derive(site.placement_id) == [day(1), day(2), day(3)]
    after = days_of(site)
    assert [view.pictures for view in views_of(site)] == [3, 3, 3, 3]
    assert [one.id == two.id for one, two in zip(before, after, strict=True)] == [True, False, False, False]
    with site.database.reading() as session:
        history = session.scalars(
            sa.select(ElementDayRow.id).where(ElementDayRow.on_day == day(1)).order_by(ElementDayRow.id)
        ).all()
    assert list(history) == [before[1].id, after[1].id]


def test_a_restart_replays_what_is_stored_to_the_same_figures(site: BuiltSite) -> None:
    site.work_through([0, 1])
    site.draw(pit(), drive())
    progress = site.progress()
    progress.derive(site.placement_id)
    site.work_through([2])
    assert progress.derive(site.placement_id) == [day(2)]
    held = figures(days_of(site))
    with site.database.transaction() as session:
        session.execute(sa.delete(ElementDayRow))
    assert site.progress().derive(site.placement_id) == [day(0), day(1), day(2)]
    assert figures(days_of(site)) == held


def test_a_redrawn_element_has_days_of_its_own_and_those_of_the_old_one_stand(site: BuiltSite) -> None:
    site.work_through([0, 1])
    site.draw(pit())
    progress = site.progress()
    progress.derive(site.placement_id)
    before = days_of(site)
    lower = [(x, y + 0.05) for x, y in pit().polygon]
    site.draw(pit(polygon=lower))
    assert progress.derive(site.placement_id) == [day(0), day(1)]
    after = days_of(site)
    assert {row.element_id for row in after} != {row.element_id for row in before}
    with site.database.reading() as session:
        repository = ProgressRepository(session)
        assert [row.id for row in repository.element_days([before[0].element_id])] == [row.id for row in before]


def test_another_weight_or_title_changes_no_day(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    progress = site.progress()
    progress.derive(site.placement_id)
    before = stored(site)
    site.draw(pit(weight=0.5, title="Excavation"))
    assert progress.derive(site.placement_id) == []
    assert stored(site) == before


def test_an_order_that_comes_back_brings_its_figures_back_and_is_then_left_alone(site: BuiltSite) -> None:
    site.work_through([0, 1])
    progress = site.progress()
    site.draw(pit(), drive())
    progress.derive(site.placement_id)
    first = days_of(site)
    site.draw(drive(), pit())
    assert progress.derive(site.placement_id) == [day(0), day(1)]
    between = days_of(site)
    assert {row.element_id for row in between} == {row.element_id for row in first}
    site.draw(pit(), drive())
    assert progress.derive(site.placement_id) == [day(0), day(1)]
    back = days_of(site)
    assert figures(back) == figures(first)
    assert [row.input_sha256 for row in back] == [row.input_sha256 for row in first]
    assert all(new.id > old.id for new, old in zip(back, between, strict=True))
    before = stored(site)

    def opened() -> Looker:
        raise AssertionError("nothing is due")

    again = PlacementProgress(site.database, site.keeper, site.clock, LookerSource(back[0].weights_sha256, opened))
    assert again.derive(site.placement_id) == []
    assert stored(site) == before


def test_a_day_without_pictures_is_not_seen_and_keeps_the_figure_with_a_wider_interval(site: BuiltSite) -> None:
    site.work_through([0])
    site.work_through([2])
    site.draw(pit())
    site.progress().derive(site.placement_id)
    assert [(view.on_day, view.pictures, view.evidence_id is None) for view in views_of(site)] == [
        (day(0), 3, False),
        (day(1), 0, True),
        (day(2), 3, False),
    ]
    first, missing, _ = days_of(site)
    assert (missing.reason, missing.unseen_days, missing.visible_share) == ("not_seen", 1, 0.0)
    assert missing.share == first.share
    assert missing.high - missing.low >= first.high - first.low


def test_days_before_the_elements_were_drawn_are_followed_from_the_reference_on(site: BuiltSite) -> None:
    site.work_through([0, 1, 2])
    site.progress().derive(site.placement_id)
    assert len(views_of(site)) == 3
    site.draw(pit(reference_on=day(1)))
    assert site.progress().derive(site.placement_id) == [day(1), day(2)]


def test_what_was_made_unrecognisable_and_what_was_drawn_is_not_seen(site: BuiltSite) -> None:
    site.work_through([0], people=2)
    site.progress().derive(site.placement_id)
    (view,) = views_of(site)
    assert view.seen is not None
    seen = decode_seen(view.seen)
    # The detector says that two people stand there, in every picture.
    assert not seen[40:160, 20:50].any()
    assert not seen[40:160, 60:90].any()
    # Their names are written above them.
    assert not seen[16:40, 20:100].any()
    assert seen[200:400, 300:900].mean() > 0.95


def test_what_lies_under_a_privacy_mask_is_not_seen(site: BuiltSite) -> None:
    with site.database.transaction() as session:
        placement = SiteRepository(session).placement(site.placement_id)
        assert placement is not None
        corner = [[0.0, 0.8], [0.2, 0.8], [0.2, 1.0], [0.0, 1.0]]
        placement.zones = [{"name": "street", "purpose": "privacy_mask", "polygon": corner}]
    site.work_through([0])
    site.progress().derive(site.placement_id)
    (view,) = views_of(site)
    assert view.seen is not None
    seen = decode_seen(view.seen)
    assert not seen[432:, :192].any()
    assert seen[:, 200:].mean() > 0.9


def test_a_privacy_mask_that_is_drawn_after_the_pictures_covers_the_view_and_its_reference(site: BuiltSite) -> None:
    site.work_through([0])
    with site.database.transaction() as session:
        placement = SiteRepository(session).placement(site.placement_id)
        assert placement is not None
        corner = [[0.0, 0.8], [0.2, 0.8], [0.2, 1.0], [0.0, 1.0]]
        placement.zones = [{"name": "street", "purpose": "privacy_mask", "polygon": corner}]
    site.progress().derive(site.placement_id)
    (view,) = views_of(site)
    with site.database.reading() as session:
        repository = ProgressRepository(session)
        (picture,) = repository.evidence_of([view.evidence_id])
        reference = repository.reference_evidence(site.placement_id)
    assert reference is not None
    for kept in (picture, reference):
        image = decode_image(site.keeper.read(kept)).astype(np.int16)
        # All but what the mask's border leaves of itself in a JPEG.
        under = image[436:, :188]
        assert np.abs(under - np.array(MASK_COLOUR)).max() <= 8
        assert image[:400, 200:].std() > 20


def test_a_view_stands_when_its_pictures_are_thinned_out(site: BuiltSite) -> None:
    site.work_through([0], taken=(0, 1))
    progress = site.progress()
    progress.derive(site.placement_id)
    (before,) = views_of(site)
    with site.database.transaction() as session:
        session.execute(
            sa.update(Evidence)
            .where(Evidence.kind == EvidenceKind.WINDOW.value)
            .values(removed_at=site.clock.now(), removed_because="age")
        )
    site.work_through([0], taken=(2,))
    progress.derive(site.placement_id)
    assert [view.id for view in views_of(site)] == [before.id]


def test_a_dark_day_shows_nothing_and_says_so(site: BuiltSite) -> None:
    site.work_through([0])
    site.work_through([1], seen=lambda image: (image * 0.1).astype(np.uint8))
    site.draw(pit())
    site.progress().derive(site.placement_id)
    _, dark = views_of(site)
    assert (dark.pictures, dark.evidence_id) == (0, None)
    assert days_of(site)[1].reason == "not_seen"


def test_a_store_that_refuses_leaves_no_row_and_the_next_round_makes_it(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit())
    folder = site.folder / EvidenceKind.DAILY_VIEW.value
    folder.write_text("a file where the views' folder should be", encoding="utf-8")
    with pytest.raises(EvidenceError, match="could not be written"):
        site.progress().derive(site.placement_id)
    assert views_of(site) == []
    folder.unlink()
    assert site.progress().derive(site.placement_id) == [day(0)]


def test_whoever_leaves_off_between_two_steps_loses_nothing(site: BuiltSite) -> None:
    site.work_through([0, 1])
    site.draw(pit())
    next(site.progress().steps(site.placement_id))
    assert [view.on_day for view in views_of(site)] == [day(0)]
    assert site.progress().derive(site.placement_id) == [day(0), day(1)]


def test_an_element_that_can_not_be_seen_stops_no_other(site: BuiltSite) -> None:
    site.work_through([0])
    site.draw(pit(), drive())
    with site.database.transaction() as session:
        (one,) = (row for row in ProgressRepository(session).elements(site.placement_id) if row.key == "drive")
        # As one that was drawn for a picture of another shape.
        one.polygon = [[0.1, 1.5], [0.3, 1.5], [0.3, 1.9]]
    assert site.progress().derive(site.placement_id) == [day(0)]
    assert (len(days_of(site)), len(days_of(site, "drive"))) == (1, 0)
    before = stored(site)
    site.progress().derive(site.placement_id)
    assert stored(site) == before


def test_element_days_are_read_by_project_in_pages(any_site: BuiltSite) -> None:
    site = any_site
    site.work_through([0, 1])
    site.draw(pit())
    site.progress().derive(site.placement_id)
    service = ElementService(site.database, site.clock.now)
    first = service.days(ADMIN, site.planted.project_id, PageRequest(1))
    second = service.days(ADMIN, site.planted.project_id, PageRequest(1, first.next_after))
    assert [(one.on_day, one.element_key, one.task_key) for one in (*first.rows, *second.rows)] == [
        (day(0), "pit", "frame"),
        (day(1), "pit", "frame"),
    ]
    only = service.days(ADMIN, site.planted.project_id, PageRequest(9), day(1), day(1))
    assert [one.on_day for one in only.rows] == [day(1)]
