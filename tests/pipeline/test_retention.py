"""What policy removes, in which order, and what it must not touch."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from models.database import Database
from models.errors import EvidenceRemovedError
from models.evidence import EvidenceStore
from models.repositories.evidence import EvidenceRepository
from models.repositories.observations import ObservationRepository
from models.tables.flags import Flag
from models.tables.observations import Evidence, LatestView
from models.tables.progress import DailyViewRow
from models.tables.roadmap import Project
from models.tables.signals import Decision
from models.tables.site_days import SiteDayRow
from models.tables.sites import Placement
from pipeline.observing import ObservingService
from pipeline.orphans import Collected, OrphanCollection
from pipeline.retention import BATCH, EvidenceSweep, Swept
from pipeline.retention_settings import RetentionSettings
from tests.support.builders import ADMIN, Planted, plant
from tests.support.clocks import StandingClock
from tests.support.kept_pictures import age, cited_by_signal, evidence_of, evidence_row, kept_picture, proposed

NOW = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=91)
YOUNG = NOW - timedelta(days=89)
DAY = date(2026, 6, 1)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


@pytest.fixture
def sweep(database: Database, store: EvidenceStore) -> EvidenceSweep:
    return EvidenceSweep(database, store, StandingClock(NOW), RetentionSettings())


def is_kept(database: Database, store: EvidenceStore, picture: Evidence) -> bool:
    """Whether a picture is there; its row and its file never disagree."""
    row = evidence_of(database, picture.id)
    has_file = store.size_bytes(picture.path) is not None
    assert has_file == (row.removed_at is None)
    return has_file


def retire_project(database: Database, planted: Planted, at: datetime) -> None:
    with database.transaction() as session:
        project = session.get(Project, planted.project_id)
        assert project is not None
        project.retired_at = at


def daily_view(database: Database, planted: Planted, picture: Evidence, reference: Evidence) -> None:
    with database.transaction() as session:
        session.add(
            DailyViewRow(
                placement_id=planted.placement_id,
                on_day=DAY,
                evidence_id=picture.id,
                reference_id=reference.id,
                pictures=1,
                picture_ids=[],
                left_out=[],
                shift_px_share=0.0,
                outline_levels=9.0,
                seen_share=1.0,
                input_sha256="0" * 64,
                weights_sha256=[],
                rule_version="test",
                created_at=OLD,
            )
        )


def test_a_picture_goes_after_its_days_and_its_row_says_when_and_why(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    old, young = (kept_picture(database, store, planted.placement_id, at) for at in (OLD, YOUNG))
    assert sweep.sweep() == Swept(pictures=1, size_bytes=16, cited=0)
    assert not is_kept(database, store, old)
    assert is_kept(database, store, young)
    row = evidence_of(database, old.id)
    assert (row.removed_at, row.removed_because, row.sha256) == (NOW, "age", old.sha256)
    observing = ObservingService(database, store, lambda: NOW)
    with pytest.raises(EvidenceRemovedError, match=f"removed on 2026-09-16, since it was old.*{old.sha256}"):
        observing.evidence(ADMIN, old.id)
    assert observing.evidence(ADMIN, young.id).sha256 == young.sha256
    assert sweep.sweep() == Swept()


def test_old_footage_that_was_worked_through_today_is_kept_for_its_days_from_today(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    picture = kept_picture(database, store, planted.placement_id, NOW)
    with database.transaction() as session:
        row = session.get(Evidence, picture.id)
        assert row is not None
        row.taken_at = NOW - timedelta(days=900)
    assert sweep.sweep() == Swept()
    assert is_kept(database, store, picture)


def test_what_is_cited_is_kept_as_long_as_what_cites_it(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    names = (
        *("uncited", "in_force", "superseded", "decided", "proposed", "flagged", "flag_signal"),
        *("day", "old_day", "night", "old_night"),
    )
    pictures = {name: kept_picture(database, store, planted.placement_id, OLD) for name in names}
    project_id = planted.project_id
    decided_signal = cited_by_signal(database, project_id, DAY, pictures["decided"])
    proposal_id = proposed(database, project_id, decided_signal, OLD)
    early_signal = cited_by_signal(database, project_id, DAY, pictures["superseded"])
    proposed(database, project_id, early_signal, OLD)
    newest_proposed = cited_by_signal(database, project_id, DAY, pictures["proposed"])
    proposed(database, project_id, newest_proposed, OLD)
    flag_signal = cited_by_signal(database, project_id, DAY, pictures["flag_signal"])
    cited_by_signal(database, project_id, DAY, pictures["in_force"])
    texts = {"reason_kk": "-", "reason_ru": "-", "reason_en": "-"}
    with database.transaction() as session:
        session.add(
            Decision(
                id=uuid4(),
                project_id=project_id,
                proposed_status_id=proposal_id,
                verdict="confirmed",
                status="ON_TRACK",
                reason="seen",
                decided_by="test",
                decided_at=OLD,
            )
        )
        session.add(
            Flag(
                id=uuid4(),
                project_id=project_id,
                kind="stalled",
                escalated=False,
                evidence_ids=[str(pictures["flagged"].id)],
                signal_id=flag_signal,
                raised_at=OLD,
                cleared_at=NOW,
                rule_version="test",
                **texts,
            )
        )
    for day, night in (("old_day", "old_night"), ("day", "night")):
        with database.transaction() as session:
            session.add(site_day(planted, pictures[day], pictures[night]))
    assert sweep.sweep() == Swept(pictures=4, size_bytes=64, cited=7)
    kept = {name for name, picture in pictures.items() if is_kept(database, store, picture)}
    assert kept == {"in_force", "decided", "proposed", "flagged", "flag_signal", "day", "night"}


def site_day(planted: Planted, picture: Evidence, after_hours: Evidence | None = None) -> SiteDayRow:
    return SiteDayRow(
        site_id=planted.site_id,
        day=DAY,
        is_final=True,
        corrected_because=[],
        state="ACTIVE",
        coverage=1.0,
        usable_share=1.0,
        reasons=[],
        reached_from=OLD,
        reached_to=OLD,
        placed_sha256="0" * 64,
        windows=1,
        due_s=1.0,
        seen_s=1.0,
        usable_s=1.0,
        machine_hours={},
        zones={},
        gates={},
        after_hours={} if after_hours is None else {"evidence_ids": [str(after_hours.id)]},
        evidence=[{"id": str(picture.id), "at": OLD.isoformat(), "has_people": True}],
        weights_sha256=[],
        observation_rules=[],
        rule_version="test",
        inputs_sha256="0" * 64,
        derived_at=OLD,
    )


def test_daily_views_are_kept_for_the_life_of_the_project_and_a_year_after(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    long_ago = NOW - timedelta(days=2000)
    view = kept_picture(database, store, planted.placement_id, long_ago, kind="daily_view")
    reference = kept_picture(database, store, planted.placement_id, long_ago)
    daily_view(database, planted, view, reference)
    decided = kept_picture(database, store, planted.placement_id, long_ago, kind="daily_view")
    cited_by_signal(database, planted.project_id, DAY, decided)
    assert sweep.sweep() == Swept(cited=3)
    retire_project(database, planted, NOW - timedelta(days=364))
    assert sweep.sweep() == Swept(cited=3)
    retire_project(database, planted, NOW - timedelta(days=366))
    assert sweep.sweep().pictures == 2
    assert [is_kept(database, store, picture) for picture in (view, reference, decided)] == [False, False, True]
    assert evidence_of(database, view.id).removed_because == "project_over"
    window = kept_picture(database, store, planted.placement_id, long_ago)
    sweep.sweep()
    assert evidence_of(database, window.id).removed_because == "age"


def test_the_latest_view_of_a_dead_camera_is_kept_while_it_stands_there(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    latest = kept_picture(database, store, planted.placement_id, OLD, kind="latest")
    with database.transaction() as session:
        session.add(LatestView(placement_id=planted.placement_id, evidence_id=latest.id))
    assert sweep.sweep() == Swept(cited=1)
    with database.transaction() as session:
        placement = session.get(Placement, planted.placement_id)
        assert placement is not None
        placement.ends_at = NOW - timedelta(days=1)
    assert sweep.sweep().pictures == 1
    assert not is_kept(database, store, latest)
    with database.reading() as session:
        assert ObservationRepository(session).latest_views([planted.placement_id]) == {}


def test_a_dry_sweep_says_what_would_go_and_removes_nothing(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    old = kept_picture(database, store, planted.placement_id, OLD)
    assert sweep.sweep(is_dry=True) == Swept(pictures=1, size_bytes=16)
    assert is_kept(database, store, old)


def test_a_kill_between_row_and_file_leaves_a_file_that_is_collected(
    database: Database, store: EvidenceStore, planted: Planted, tmp_path: Path
) -> None:
    old, other = (kept_picture(database, store, planted.placement_id, OLD) for _ in range(2))
    with database.transaction() as session:
        EvidenceRepository(session).remove([old.id], NOW, "age")
    assert (tmp_path / "evidence" / old.path).exists()
    age(tmp_path / "evidence", other.path, NOW, timedelta(days=91))
    assert OrphanCollection(database, store, StandingClock(NOW)).collect() == Collected(removed=1)
    assert not is_kept(database, store, old)
    assert is_kept(database, store, other)


def test_what_comes_to_be_cited_while_a_sweep_goes_on_is_kept(
    database: Database, store: EvidenceStore, planted: Planted, sweep: EvidenceSweep
) -> None:
    rows = [kept_row(planted, number) for number in range(BATCH + 1)]
    with database.transaction() as session:
        session.add_all(rows)
    steps = sweep.steps()
    assert next(steps).pictures == BATCH
    # Between two batches anybody may write.
    cited_by_signal(database, planted.project_id, DAY, rows[-1])
    assert list(steps) == [Swept(cited=1)]
    assert evidence_of(database, rows[-1].id).removed_at is None


def kept_row(planted: Planted, number: int) -> Evidence:
    stored_at = OLD - timedelta(days=10) + timedelta(seconds=number)
    return evidence_row(uuid4(), planted.placement_id, f"window/{number}.jpg", "0" * 64, stored_at)
