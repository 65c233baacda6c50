"""Why a day that was final is judged anew: what differs between its row in force and what is known now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.observed_window import ObservedWindow
from models.tables.site_days import SiteDayRow


def corrected_because(
    before: SiteDayRow, after: Mapping[str, Any], rows: Sequence[ObservedWindow]
) -> list[dict[str, Any]]:
    """The reasons, as they are stored with the row that corrects `before`; `after` are its columns.

    Where the same footage was looked at again with other weights or another window rule, that is the reason; late
    footage is what came beyond it, of the time that was judged before.
    """
    reasons: list[dict[str, Any]] = []
    weights, rules, rule_version = after["weights_sha256"], after["observation_rules"], after["rule_version"]
    scheduled = (after["scheduled_from"], after["scheduled_to"])
    if rule_version != before.rule_version or (before.windows and rules != before.observation_rules):
        reasons.append(
            {
                "reason": "rules",
                "from": [before.rule_version, *before.observation_rules],
                "to": [rule_version, *rules],
            }
        )
    if before.windows and weights != before.weights_sha256:
        reasons.append({"reason": "weights", "from": before.weights_sha256, "to": weights})
    reach, reached = (after["reached_from"], after["reached_to"]), (before.reached_from, before.reached_to)
    if scheduled != (before.scheduled_from, before.scheduled_to) or reach != reached:
        reasons.append(
            {"reason": "calendar", "from": _span(before.scheduled_from, before.scheduled_to), "to": _span(*scheduled)}
        )
    here = [row for row in rows if before.reached_from <= row.window_starts_at < before.reached_to]
    came = [row for row in here if row.id > (before.newest_observation_id or 0)]
    is_looked_at_again = any(one["reason"] in {"rules", "weights"} for one in reasons)
    late = len(here) - before.windows if is_looked_at_again else len(came)
    if came and late > 0:
        reasons.append(
            {
                "reason": "late_footage",
                "windows": late,
                "first_came_at": min(row.created_at for row in came).isoformat(),
                "last_came_at": max(row.created_at for row in came).isoformat(),
            }
        )
    # What else a day rests on is where its cameras stood while it reached.
    if (after["placed_sha256"] != before.placed_sha256 and reach == reached) or not reasons:
        reasons.append({"reason": "placements"})
    return reasons


def _span(starts_at: datetime | None, ends_at: datetime | None) -> list[str] | None:
    return None if starts_at is None or ends_at is None else [starts_at.isoformat(), ends_at.isoformat()]
