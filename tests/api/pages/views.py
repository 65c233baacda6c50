"""Builders of what services show, for tests of how pages write it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from models.words import Basis, CameraState, Status
from pipeline.observing import DetectionView, PlacementPicture
from roadmap.items import ItemView, ProjectStatusView, ProposalView, Text

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def text(words: str) -> Text:
    """A text that says its language."""
    return Text(kk=f"{words} (kk)", ru=f"{words} (ru)", en=words)


def item_view(**changes: Any) -> ItemView:
    """An item behind its plan by its owner's report."""
    values: dict[str, Any] = {
        "number": 17,
        "title": text("80 medical facilities"),
        "direction": "health",
        "body": text("Ministry of Health"),
        "post": text("Vice-minister of Health"),
        "starts_on": date(2024, 1, 1),
        "due_on": date(2027, 12, 31),
        "indicator": text("Facilities opened"),
        "unit": text("facilities"),
        "target_quantity": 80.0,
        "status": Status.BEHIND,
        "basis": Basis.REPORTED,
        "status_version": 3,
        "as_of": NOW,
        "awaits_decision": False,
        "counts": {Status.BEHIND: 1, Status.COMPLETED: 2},
        "planned_percent": 62.0,
        "reported_percent": 54.0,
        "reports_are_synthetic": False,
        "projects": 3,
    }
    return ItemView.model_validate(values | changes)


def project_status(**changes: Any) -> ProjectStatusView:
    """A project that cameras propose to call stalled."""
    values: dict[str, Any] = {
        "id": UUID(int=7),
        "key": "hospital",
        "title": text("Hospital"),
        "region": "KZ-71",
        "finishes_on": date(2027, 6, 30),
        "status": Status.STALLED,
        "basis": Basis.OBSERVED,
        "awaits_decision": False,
        "proposed": ProposalView(
            id=UUID(int=8), status=Status.STALLED, reason=text("Nobody worked for 5 days."), proposed_at=NOW
        ),
        "decided_status": None,
        "planned_percent": 62.0,
        "observed_percent": None,
        "observed_low": None,
        "observed_high": None,
        "reported_percent": 54.0,
        "reported_on": date(2026, 11, 1),
        "report_is_synthetic": True,
        "slippage_points": None,
        "coverage": 0.87,
        "signal_on": date(2026, 11, 21),
        "rule_version": "activity-1",
        "weights_sha256": ["ab" * 32],
        "evidence": [],
    }
    return ProjectStatusView.model_validate(values | changes)


def picture(**changes: Any) -> PlacementPicture:
    """A live camera's picture of now, with two people and a machine."""
    person = DetectionView(label="person", group="person", confidence=0.9, xyxy=(0, 0, 10, 30))
    machine = DetectionView(label="machinery", group="machine", confidence=0.8, xyxy=(0, 0, 90, 60))
    values: dict[str, Any] = {
        "placement_id": uuid4(),
        "camera_id": uuid4(),
        "camera": "north gate",
        "is_replay": False,
        "look_every_s": 5.0,
        "state": CameraState.LIVE,
        "reason": "",
        "evidence_id": UUID(int=9),
        "taken_at": NOW,
        "detections": [person, person, machine],
        "weights_sha256": "ab" * 32,
    }
    return PlacementPicture.model_validate(values | changes)
