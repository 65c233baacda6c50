"""The tasks of the plan in force, each with its place between the plan's first and last day."""

from datetime import date
from html import escape

from api.pages.language import Language, Messages
from api.pages.wording import date_text, moment_text, percent_text
from roadmap.projects import PlanView, TaskView


def plan_table(plan: PlanView | None, today: date, messages: Messages) -> str:
    """The plan in force."""
    if plan is None or not plan.tasks:
        inner, version = f'<p class="empty">{escape(messages("project.no_plan"))}</p>', ""
    else:
        made = moment_text(plan.created_at, messages.language)
        version = escape(messages("project.plan_version", number=plan.number, moment=made))
        inner = _table(plan, today, messages)
    return (
        '<section class="card" id="plan"><div class="card-head">'
        f'<h2>{escape(messages("project.plan"))}</h2><span class="second">{version}</span></div>{inner}</section>'
    )


def _table(plan: PlanView, today: date, messages: Messages) -> str:
    starts_on = min(task.starts_on for task in plan.tasks)
    finishes_on = max(task.finishes_on for task in plan.tasks)
    span = (starts_on, finishes_on)
    total = sum(task.weight for task in plan.tasks)
    ordered = sorted(plan.tasks, key=lambda task: (task.starts_on, task.finishes_on, task.key))
    rows = "".join(_row(task, task.weight / total, span, today, messages) for task in ordered)
    heads = "".join(
        f'<th scope="col" class="{name}">{escape(messages(key))}</th>'
        for name, key in (
            ("t-task", "project.task"),
            ("t-date", "project.starts"),
            ("t-date", "project.finishes"),
            ("t-weight", "project.weight"),
            ("t-schedule", "project.schedule"),
        )
    )
    return f'<table class="tasks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _row(task: TaskView, share: float, span: tuple[date, date], today: date, messages: Messages) -> str:
    language = messages.language
    left, right = _place(task.starts_on, span), _place(task.finishes_on, span, is_end=True)
    name = "is-past" if task.finishes_on < today else "is-future" if task.starts_on > today else "is-now"
    mark = ""
    if span[0] <= today <= span[1]:
        word = escape(messages("project.today"))
        mark = f'<i class="task-today" style="left:{_place(today, span):.1f}%" title="{word}"></i>'
    return (
        f'<tr class="{name}"><th scope="row" class="t-task">{escape(_title(task, language))}</th>'
        f'<td class="t-date">{escape(date_text(task.starts_on, language))}</td>'
        f'<td class="t-date">{escape(date_text(task.finishes_on, language))}</td>'
        f'<td class="t-weight">{escape(percent_text(100 * share, language))}</td>'
        f'<td class="t-schedule"><span class="task-line"><i class="task-span" style="left:{left:.1f}%;'
        f'width:{max(1.0, right - left):.1f}%"></i>{mark}</span></td></tr>'
    )


def _place(day: date, span: tuple[date, date], *, is_end: bool = False) -> float:
    days = (span[1] - span[0]).days + 1
    return 100 * ((day - span[0]).days + is_end) / days


def _title(task: TaskView, language: Language) -> str:
    return {Language.KK: task.title_kk, Language.RU: task.title_ru, Language.EN: task.title_en}[language]
