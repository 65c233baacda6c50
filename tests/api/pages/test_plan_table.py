"""The plan in force."""

from datetime import date

from api.pages.language import Language, messages_of
from api.pages.plan_table import plan_table
from roadmap.projects import PlanView, TaskView
from tests.api.pages.views import NOW

EN = messages_of(Language.EN)


def task(key: str, starts_on: date, finishes_on: date, weight: float) -> TaskView:
    return TaskView(
        key=key,
        title_kk=f"{key} (kk)",
        title_ru=f"{key} (ru)",
        title_en=key,
        starts_on=starts_on,
        finishes_on=finishes_on,
        weight=weight,
    )


def plan(*tasks: TaskView) -> PlanView:
    return PlanView(number=2, reason="Re-baselined", created_at=NOW, created_by="office", tasks=list(tasks))


PLAN = plan(
    task("frame", date(2026, 1, 6), date(2026, 1, 10), 3.0), task("pit", date(2026, 1, 1), date(2026, 1, 5), 1.0)
)


def test_tasks_stand_in_the_order_they_start_with_their_share() -> None:
    html = plan_table(PLAN, date(2026, 1, 7), EN)

    assert html.index("pit") < html.index("frame")
    assert "25\u00a0%" in html
    assert "75\u00a0%" in html
    assert "version 2" in html


def test_a_task_has_its_place_between_the_plans_first_and_last_day() -> None:
    html = plan_table(PLAN, date(2026, 1, 6), EN)

    assert 'task-span" style="left:0.0%;width:50.0%"' in html
    assert 'task-span" style="left:50.0%;width:50.0%"' in html
    assert 'task-today" style="left:50.0%"' in html


def test_today_is_not_marked_outside_the_plan() -> None:
    assert "task-today" not in plan_table(PLAN, date(2026, 2, 1), EN)


def test_a_project_without_a_plan_says_so() -> None:
    assert "The project has no plan." in plan_table(None, NOW.date(), EN)
