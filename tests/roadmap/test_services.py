from datetime import date, timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError

from models.database import Database
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnauthenticatedError
from models.principal import Permission, Role
from models.repositories.paging import PageRequest
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.repositories.sites import SiteRepository
from models.tables.roadmap import Project
from models.tables.signals import ProgressSignal, ProposedStatus
from models.words import Basis, Status, Verdict
from roadmap.accounts import AccountDraft, AccountService
from roadmap.decisions import DecisionDraft, DecisionService
from roadmap.items import ItemService
from roadmap.projects import PlanDraft, ProjectDraft, ProjectPatch, ProjectService, TaskDraft
from roadmap.refresh import refresh_all_items, refresh_item
from roadmap.sample_roadmap import load_sample_roadmap
from tests.support.builders import ADMIN, Planted, plant, principal, report
from tests.support.clocks import StandingClock

CLOCK = StandingClock()
OFFICE = principal(Role.OFFICE)


def task(key: str, starts_on: date, finishes_on: date) -> TaskDraft:
    texts = {f"title_{language}": key for language in ("kk", "ru", "en")}
    return TaskDraft(key=key, starts_on=starts_on, finishes_on=finishes_on, weight=1.0, **texts)


def propose(database: Database, planted: Planted, status: Status) -> ProposedStatus:
    texts = {"reason_kk": "себеп", "reason_ru": "причина", "reason_en": "reason"}
    with database.transaction() as session:
        repository = SignalRepository(session)
        signal = ProgressSignal(
            project_id=planted.project_id,
            signal_on=CLOCK.now().date(),
            coverage=0.9,
            site_days=[],
            status=status.value,
            evidence_ids=[],
            weights_sha256=[],
            rule_version="test",
            inputs_sha256=uuid4().hex * 2,
            created_at=CLOCK.now(),
            **texts,
        )
        repository.add(signal)
        repository.flush()
        row = ProposedStatus(
            id=uuid4(),
            project_id=planted.project_id,
            signal_id=signal.id,
            status=status.value,
            proposed_at=CLOCK.now(),
            **texts,
        )
        repository.add(row)
        repository.flush()
        refresh_item(session, planted.item_number, CLOCK.now())
    CLOCK.advance(1)
    return row


def item_status(database: Database, planted: Planted) -> tuple[Status, Basis]:
    item = ItemService(database, CLOCK.now).status(ADMIN, planted.item_number).item
    return item.status, item.basis


def test_a_proposal_a_confirmation_and_a_rejection_show_in_the_items_status(database: Database) -> None:
    planted = plant(database)
    service = DecisionService(database, CLOCK.now)
    stalled = propose(database, planted, Status.STALLED)
    assert item_status(database, planted) == (Status.STALLED, Basis.OBSERVED)
    service.decide(
        OFFICE,
        planted.project_id,
        DecisionDraft(verdict=Verdict.CONFIRMED, proposed_status_id=stalled.id, reason="Seen on the site"),
    )
    assert item_status(database, planted) == (Status.STALLED, Basis.DECIDED)
    on_track = propose(database, planted, Status.ON_TRACK)
    with pytest.raises(ConflictError, match="newer proposal"):
        service.decide(
            OFFICE,
            planted.project_id,
            DecisionDraft(verdict=Verdict.CONFIRMED, proposed_status_id=stalled.id, reason="Late"),
        )
    service.decide(
        OFFICE,
        planted.project_id,
        DecisionDraft(
            verdict=Verdict.REJECTED, proposed_status_id=on_track.id, status=Status.BEHIND, reason="Only guards"
        ),
    )
    assert item_status(database, planted) == (Status.BEHIND, Basis.DECIDED)
    assert [row.verdict for row in service.list(OFFICE, planted.project_id)] == [Verdict.CONFIRMED, Verdict.REJECTED]


def test_only_the_office_decides(database: Database) -> None:
    planted = plant(database)
    proposal = propose(database, planted, Status.STALLED)
    draft = DecisionDraft(verdict=Verdict.CONFIRMED, proposed_status_id=proposal.id, reason="Mine")
    for role in (Role.OPERATOR, Role.OWNER, Role.VIEWER):
        with pytest.raises(ForbiddenError):
            DecisionService(database, CLOCK.now).decide(principal(role, planted.owner_id), planted.project_id, draft)


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "confirmed"},
        {"verdict": "confirmed", "proposed_status_id": str(uuid4()), "status": "BEHIND"},
        {"verdict": "rejected", "proposed_status_id": str(uuid4())},
        {"verdict": "set"},
        {"verdict": "set", "status": "BEHIND", "proposed_status_id": str(uuid4())},
    ],
)
def test_a_decision_that_does_not_fit_its_verdict_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        DecisionDraft.model_validate({**values, "reason": "why"})


def test_an_item_status_gets_a_version_only_when_it_changes(database: Database) -> None:
    planted = plant(database)
    with database.transaction() as session:
        assert refresh_item(session, planted.item_number, CLOCK.now())
        assert not refresh_item(session, planted.item_number, CLOCK.now())
    report(database, planted.project_id, 0.0, date(2026, 9, 16))
    with database.transaction() as session:
        refresh_item(session, planted.item_number, CLOCK.now())
    propose(database, planted, Status.STALLED)
    assert ItemService(database, CLOCK.now).status(ADMIN, 17).item.status_version == 2


def test_an_owner_sees_its_own_projects_and_nothing_else(database: Database) -> None:
    mine = plant(database, number=17)
    other = plant(database, number=18)
    owner = principal(Role.OWNER, mine.owner_id)
    items, projects = ItemService(database, CLOCK.now), ProjectService(database, CLOCK.now)
    assert [item.number for item in items.board(owner)] == [17]
    assert [project.id for project in projects.list(owner, PageRequest()).rows] == [mine.project_id]
    for project_id in (other.project_id, uuid4()):
        with pytest.raises(NotFoundError):
            projects.get(owner, project_id)
    with pytest.raises(NotFoundError):
        items.status(owner, 18)


def test_an_owners_item_tells_of_its_own_projects_alone(database: Database) -> None:
    planted = plant(database)
    propose(database, planted, Status.STALLED)
    office_sees = ItemService(database, CLOCK.now).status(ADMIN, 17).item
    assert (office_sees.status, office_sees.counts) == (Status.STALLED, {Status.STALLED: 1})
    with database.transaction() as session:
        project = RoadmapRepository(session).project(planted.project_id)
        assert project is not None
        texts = {name: getattr(project, name) for name in ("title_kk", "title_ru", "title_en", "region")}
        RoadmapRepository(session).add(
            Project(
                id=uuid4(),
                key="neighbour",
                item_number=17,
                owner_id=planted.other_owner_id,
                latitude=51.0,
                longitude=71.0,
                starts_on=date(2027, 1, 1),
                finishes_on=date(2027, 12, 31),
                created_at=CLOCK.now(),
                retired_at=None,
                **texts,
            )
        )
    neighbour = ItemService(database, CLOCK.now).board(principal(Role.OWNER, planted.other_owner_id))[0]
    assert (neighbour.status, neighbour.counts) == (Status.NOT_STARTED, {Status.NOT_STARTED: 1})


def test_a_project_that_no_camera_looks_at_any_more_lives_on_reports(database: Database) -> None:
    planted = plant(database)
    propose(database, planted, Status.STALLED)
    with database.transaction() as session:
        placement = SiteRepository(session).placement(planted.placement_id)
        assert placement is not None
        placement.ends_at = CLOCK.now() - timedelta(seconds=1)
    refresh_all_items(database, CLOCK.now())
    assert item_status(database, planted)[1] is Basis.REPORTED


def test_an_owner_without_an_organisation_sees_nothing(database: Database) -> None:
    plant(database)
    assert ItemService(database, CLOCK.now).board(principal(Role.OWNER)) == []


def test_rebaselining_adds_a_version_and_keeps_the_old_one(database: Database) -> None:
    planted = plant(database)
    service = ProjectService(database, CLOCK.now)
    draft = PlanDraft(reason="Delayed", tasks=(task("frame", date(2026, 9, 1), date(2027, 3, 1)),))
    assert service.baseline(OFFICE, planted.project_id, draft).number == 2
    plans = service.plans(OFFICE, planted.project_id)
    assert [(plan.number, plan.tasks[0].finishes_on) for plan in plans] == [
        (1, date(2026, 12, 31)),
        (2, date(2027, 3, 1)),
    ]


def test_a_task_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValidationError, match="before it starts"):
        task("frame", date(2026, 9, 2), date(2026, 9, 1))


def test_two_tasks_with_one_key_are_refused() -> None:
    one = task("frame", date(2026, 9, 1), date(2026, 9, 2))
    with pytest.raises(ValidationError, match="stand twice"):
        PlanDraft(reason="why", tasks=(one, one))


def test_a_project_names_an_item_owner_and_region_that_exist(database: Database) -> None:
    plant(database)
    draft = ProjectDraft(
        key="new",
        item_number=99,
        owner="nobody",
        region="KZ-00",
        title_kk="а",
        title_ru="б",
        title_en="c",
        latitude=51,
        longitude=71,
        starts_on=date(2026, 1, 1),
        finishes_on=date(2026, 2, 1),
    )
    with pytest.raises(InvalidError) as refused:
        ProjectService(database, CLOCK.now).add(OFFICE, draft)
    assert [problem.field for problem in refused.value.problems] == ["item_number", "owner", "region"]
    assert ProjectService(database, CLOCK.now).list(OFFICE, PageRequest()).rows[0].key == "project-17"


def test_a_change_based_on_a_stale_version_is_refused(database: Database) -> None:
    planted = plant(database)
    service = ProjectService(database, CLOCK.now)
    first = service.change(OFFICE, planted.project_id, ProjectPatch(title_en="New name"), 1)
    assert first.version == 2
    with pytest.raises(ConflictError, match="somebody else"):
        service.change(OFFICE, planted.project_id, ProjectPatch(title_en="Another"), 1)


def test_a_retired_project_leaves_the_roadmap(database: Database) -> None:
    planted = plant(database)
    service = ProjectService(database, CLOCK.now)
    service.retire(OFFICE, planted.project_id)
    with pytest.raises(NotFoundError):
        service.get(OFFICE, planted.project_id)
    assert item_status(database, planted) == (Status.NOT_STARTED, Basis.REPORTED)


def test_people_log_in_with_a_password_and_out_again(database: Database) -> None:
    clock = StandingClock()
    service = AccountService(database, clock.now, timedelta(hours=12))
    service.add_account(
        ADMIN, AccountDraft(login="aigul", name="Aigul", role=Role.OFFICE, password=SecretStr("long enough"))
    )
    with pytest.raises(UnauthenticatedError):
        service.log_in("aigul", "wrong")
    with pytest.raises(UnauthenticatedError):
        service.log_in("nobody", "long enough")
    login = service.log_in("aigul", "long enough")
    assert service.principal_of_login(login.token).role is Role.OFFICE
    assert login.token not in repr(login)
    service.log_out(login.token)
    with pytest.raises(UnauthenticatedError):
        service.principal_of_login(login.token)
    again = service.log_in("aigul", "long enough")
    clock.advance(12 * 3600 + 1)
    with pytest.raises(UnauthenticatedError):
        service.principal_of_login(again.token)


def test_a_system_reads_with_its_tokens_scopes_only(database: Database) -> None:
    planted = plant(database)
    accounts = AccountService(database, CLOCK.now, timedelta(hours=12))
    token = accounts.issue_token(ADMIN, "roadmap system", frozenset({Permission.ROADMAP_READ}))
    system = accounts.principal_of_token(token)
    assert len(ItemService(database, CLOCK.now).board(system)) == 1
    with pytest.raises(ForbiddenError):
        ProjectService(database, CLOCK.now).get(system, planted.project_id)
    with pytest.raises(UnauthenticatedError):
        accounts.principal_of_token(token + "x")


@pytest.mark.parametrize(
    ("values", "problem"),
    [({"role": "owner"}, "organisation"), ({"role": "owner", "organisation": "none"}, "organisation")],
)
def test_an_owner_account_needs_its_organisation(database: Database, values: dict[str, str], problem: str) -> None:
    draft = AccountDraft.model_validate({"login": "bolat", "name": "Bolat", "password": "long enough", **values})
    with pytest.raises(InvalidError, match=problem):
        AccountService(database, CLOCK.now, timedelta(hours=1)).add_account(ADMIN, draft)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValidationError, match="role"):
        AccountDraft.model_validate({"login": "bolat", "name": "B", "password": "long enough", "role": "minister"})


def test_the_sample_roadmap_loads_once_and_lives_on_reports(database: Database) -> None:
    loaded = load_sample_roadmap(database, CLOCK.now())
    assert (loaded.items, loaded.projects > 117) == (117, True)
    assert load_sample_roadmap(database, CLOCK.now()).items == 0
    board = ItemService(database, CLOCK.now).board(ADMIN)
    assert [item.number for item in board] == list(range(1, 118))
    assert {item.basis for item in board} == {Basis.REPORTED, Basis.DECIDED}
    assert Status.NO_EVIDENCE not in {item.status for item in board}
