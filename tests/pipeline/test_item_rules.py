import pytest
from pydantic import ValidationError

from models.database import Database
from models.errors import ConflictError, ForbiddenError, NotFoundError
from models.principal import Role
from pipeline.item_rules import ItemRuleDraft, ItemRuleService
from pipeline.signals.slippage import Preset
from tests.support.builders import plant, principal
from tests.support.clocks import StandingClock

CLOCK = StandingClock()
OFFICE = principal(Role.OFFICE)


def test_an_item_has_the_default_steps_until_the_office_changes_them(database: Database) -> None:
    planted = plant(database)
    service = ItemRuleService(database, CLOCK.now)
    rule = service.get(OFFICE, planted.item_number)
    assert (rule.preset, rule.version, rule.changed_by) == (Preset.STEPS, 0, None)
    assert (rule.at_risk_from, rule.behind_from, rule.behind_from_late, rule.escalated_from) == (5, 10, 10, 15)
    changed = service.put(OFFICE, planted.item_number, ItemRuleDraft(preset=Preset.PHASE, escalate_points=20), 0)
    assert (changed.version, changed.changed_by, changed.changed_at) == (1, "test office", CLOCK.now())
    assert (changed.at_risk_from, changed.behind_from, changed.behind_from_late, changed.escalated_from) == (
        None,
        10,
        5,
        20,
    )
    back = service.put(principal(Role.ADMIN), planted.item_number, ItemRuleDraft(), 1)
    assert (back.version, back.escalated_from, back.escalate_points) == (2, 15, None)
    assert service.get(OFFICE, planted.item_number) == back


def test_a_stale_change_is_refused(database: Database) -> None:
    planted = plant(database)
    service = ItemRuleService(database, CLOCK.now)
    service.put(OFFICE, planted.item_number, ItemRuleDraft(), None)
    with pytest.raises(ConflictError):
        service.put(OFFICE, planted.item_number, ItemRuleDraft(), 0)


def test_only_the_office_changes_thresholds_and_owners_see_their_own_items(database: Database) -> None:
    planted = plant(database)
    service = ItemRuleService(database, CLOCK.now)
    for role in (Role.OPERATOR, Role.OWNER, Role.VIEWER):
        with pytest.raises(ForbiddenError):
            service.put(principal(role, planted.owner_id), planted.item_number, ItemRuleDraft(), None)
    assert service.get(principal(Role.OWNER, planted.owner_id), planted.item_number).version == 0
    with pytest.raises(NotFoundError):
        service.get(principal(Role.OWNER, planted.other_owner_id), planted.item_number)
    with pytest.raises(NotFoundError, match="no roadmap item 99"):
        service.put(OFFICE, 99, ItemRuleDraft(), None)


@pytest.mark.parametrize(
    "values",
    [
        {"preset": "waves"},
        {"at_risk_points": 0},
        {"behind_points": 120},
        {"at_risk_points": 11},
        {"behind_points": 20},
        {"escalate_points": 9},
        {"behind_points": float("nan")},
        {"points": 5},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ItemRuleDraft.model_validate(values)
