"""A rolled-up day and its hours as they are stored."""

from collections.abc import Sequence
from typing import Any

from models.observed_window import ObservedWindow
from models.words import SiteDayState
from pipeline.signals.calendar import Span
from pipeline.signals.site_hours import SiteHour
from pipeline.signals.site_rollup import RULE_VERSION, AfterHours, MachineHours, RolledDay
from pipeline.signals.work_sampling import Estimate

_DIGITS = 4


def stored_day(rolled: RolledDay, rows: Sequence[ObservedWindow], reach: Span) -> dict[str, Any]:
    """The columns of a site day's row that are derived; `rows` are all that begin within its reach."""
    judged, scheduled = rolled.judged, rolled.scheduled
    people, share = rolled.person_hours, rolled.working_share
    return {
        "state": judged.state.value,
        "coverage": judged.coverage,
        "usable_share": judged.usable_share,
        "reasons": list(judged.reasons) if judged.state is SiteDayState.OBSTRUCTED else [],
        "scheduled_from": None if scheduled is None else scheduled.starts_at,
        "scheduled_to": None if scheduled is None else scheduled.ends_at,
        "reached_from": reach.starts_at,
        "reached_to": reach.ends_at,
        "windows": len(rows),
        "newest_observation_id": max((row.id for row in rows), default=None),
        "due_s": rolled.due_s,
        "seen_s": rolled.seen_s,
        "usable_s": rolled.usable_s,
        "people_most": rolled.people_most,
        "person_hours": None if people is None else people.value,
        "person_hours_low": None if people is None else people.low,
        "person_hours_high": None if people is None else people.high,
        "machine_hours": {label: _machine(hours) for label, hours in rolled.machine_hours.items()},
        "working_share": None if share is None else share.value,
        "working_share_low": None if share is None else share.low,
        "working_share_high": None if share is None else share.high,
        "zones": _rounded(rolled.zones),
        "gates": rolled.gates,
        "after_hours": _after_hours(rolled.after_hours),
        "evidence": [
            {"id": str(one.evidence_id), "at": one.at.isoformat(), "has_people": one.has_people}
            for one in rolled.evidence
        ],
        "weights_sha256": sorted({row.weights_sha256 for row in rows}),
        "observation_rules": sorted({row.rule_version for row in rows}),
        "rule_version": RULE_VERSION,
    }


def stored_hour(site_day_id: int, hour: SiteHour) -> dict[str, object]:
    """The row of one hour."""
    return {
        "site_day_id": site_day_id,
        "starts_at": hour.starts_at,
        "scheduled_s": hour.scheduled_s,
        "due_s": hour.due_s,
        "seen_s": hour.seen_s,
        "usable_s": hour.usable_s,
        "people_mean": None if hour.people_mean is None else round(hour.people_mean, _DIGITS),
        "people_most": hour.people_most,
        "machines": _rounded(hour.machines),
        "zones": _rounded(hour.zones),
        "evidence_ids": [str(name) for name in hour.evidence_ids],
    }


def _machine(hours: MachineHours) -> dict[str, Any]:
    share = hours.working_share
    return {
        "present": _hours(hours.present),
        "working": None if hours.working is None else _hours(hours.working),
        "idle": None if hours.idle is None else _hours(hours.idle),
        "working_share": None
        if share is None
        else _rounded({"value": share.value, "low": share.low, "high": share.high}),
    }


def _hours(estimate: Estimate) -> dict[str, Any]:
    return dict(_rounded({"value": estimate.value, "low": estimate.low, "high": estimate.high}))


def _after_hours(seen: AfterHours) -> dict[str, Any]:
    return {
        "people_s": round(seen.people_s, 1),
        "machine_s": round(seen.machine_s, 1),
        "machine_working_s": round(seen.machine_working_s, 1),
        "people_hours": [hour.isoformat() for hour in seen.people_hours],
        "machine_hours": [hour.isoformat() for hour in seen.machine_hours],
        "evidence_ids": [str(name) for name in seen.evidence_ids],
    }


def _rounded(document: Any) -> Any:
    """A document with its figures in four digits after the point, so that it stays small."""
    if isinstance(document, dict):
        return {name: _rounded(value) for name, value in document.items()}
    return round(document, _DIGITS) if isinstance(document, float) else document
