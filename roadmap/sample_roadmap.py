"""Loading the sample roadmap: invented items, projects, reports and completions, labelled so."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from models.database import Database
from models.repositories.accounts import AccountRepository
from models.repositories.roadmap import RoadmapRepository
from models.repositories.signals import SignalRepository
from models.tables.accounts import Organisation
from models.tables.roadmap import PlanningDocument, PlanTask, PlanVersion, Project, Region, Report, RoadmapItem
from models.tables.signals import Decision
from models.words import Status, Verdict
from roadmap.refresh import refresh_item

SAMPLE = Path(__file__).with_name("sample")
SAMPLE_AUTHOR = "sample data"
_LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class LoadedRoadmap:
    """How much was loaded; nothing where it was there already."""

    items: int
    projects: int


def load_sample_roadmap(database: Database, now: datetime, folder: Path = SAMPLE) -> LoadedRoadmap:
    """Load the sample roadmap in one transaction, unless a roadmap is there already.

    Reports are synthetic and marked so. A project reported as complete carries a sample decision,
    since only a decision completes anything.
    """
    with database.transaction() as session:
        accounts, roadmap, signals = AccountRepository(session), RoadmapRepository(session), SignalRepository(session)
        if roadmap.items():
            return LoadedRoadmap(0, 0)
        organisations: dict[str, UUID] = {}
        for row in _rows(folder / "organisations.csv"):
            organisations[row["key"]] = uuid4()
            accounts.add(Organisation(id=organisations[row["key"]], **row))
        for row in _rows(folder / "regions.csv"):
            roadmap.add(Region(**_texts(row, "name"), code=row["code"], **_position(row)))
        documents: dict[str, UUID] = {}
        for row in _rows(folder / "documents.csv"):
            documents[row["key"]] = uuid4()
            roadmap.add(
                PlanningDocument(
                    id=documents[row["key"]],
                    key=row["key"],
                    level=int(row["level"]),
                    parent_id=documents.get(row["parent"]),
                    **_texts(row, "title"),
                )
            )
            # A parent stands before its children; its row must too.
            roadmap.flush()
        numbers = []
        for row in _rows(folder / "items.csv"):
            numbers.append(int(row["number"]))
            roadmap.add(_item(row, organisations, documents))
        roadmap.flush()
        projects = list(_rows(folder / "projects.csv"))
        for row in projects:
            _add_project(roadmap, signals, row, organisations[row["owner"]], now)
        roadmap.flush()
        for number in numbers:
            refresh_item(session, number, now)
    return LoadedRoadmap(len(numbers), len(projects))


def _add_project(
    roadmap: RoadmapRepository, signals: SignalRepository, row: dict[str, str], owner_id: UUID, now: datetime
) -> None:
    project = Project(
        id=uuid4(),
        key=row["key"],
        item_number=int(row["item"]),
        owner_id=owner_id,
        region=row["region"],
        budget_kzt=int(row["budget_kzt"]),
        starts_on=date.fromisoformat(row["starts_on"]),
        finishes_on=date.fromisoformat(row["finishes_on"]),
        created_at=now,
        retired_at=None,
        **_texts(row, "title"),
        **_position(row),
    )
    roadmap.add(project)
    roadmap.flush()
    version = PlanVersion(
        id=uuid4(), project_id=project.id, number=1, reason="Sample plan", created_at=now, created_by=SAMPLE_AUTHOR
    )
    roadmap.add(version)
    roadmap.flush()
    roadmap.add(
        PlanTask(
            id=uuid4(),
            plan_version_id=version.id,
            key="works",
            starts_on=project.starts_on,
            finishes_on=project.finishes_on,
            weight=1.0,
            **_texts(row, "title"),
        )
    )
    percent = float(row["reported_percent"])
    roadmap.add(
        Report(
            id=uuid4(),
            project_id=project.id,
            reported_on=now.date() + timedelta(days=int(row["reported_on_offset_days"])),
            percent=percent,
            text="",
            is_synthetic=True,
            reported_by=SAMPLE_AUTHOR,
            created_at=now,
        )
    )
    if percent >= 100:
        signals.add(
            Decision(
                id=uuid4(),
                project_id=project.id,
                proposed_status_id=None,
                verdict=Verdict.SET.value,
                status=Status.COMPLETED.value,
                reason="Sample decision: reported as complete",
                decided_by=SAMPLE_AUTHOR,
                decided_at=now,
            )
        )


def _item(row: dict[str, str], organisations: dict[str, UUID], documents: dict[str, UUID]) -> RoadmapItem:
    return RoadmapItem(
        number=int(row["number"]),
        direction=row["direction"],
        body_id=organisations[row["body"]],
        starts_on=date.fromisoformat(row["starts_on"]),
        due_on=date.fromisoformat(row["due_on"]),
        target_quantity=float(row["target_quantity"]),
        document_id=documents[row["document"]],
        **_texts(row, "title"),
        **_texts(row, "post"),
        **_texts(row, "indicator"),
        **_texts(row, "unit"),
    )


def _texts(row: dict[str, str], stem: str) -> dict[str, str]:
    return {f"{stem}_{language}": row[f"{stem}_{language}"] for language in _LANGUAGES}


def _position(row: dict[str, str]) -> dict[str, float]:
    return {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)
