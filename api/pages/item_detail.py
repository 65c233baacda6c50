"""An item's projects, as they stand under its row on the board and on its own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from uuid import UUID

from api.pages.language import Messages
from api.pages.marks import (
    Seen,
    awaits_mark,
    bar_figures,
    basis_word,
    progress_bar,
    replay_mark,
    status_mark,
    synthetic_mark,
)
from api.pages.wording import date_text
from api.services import Services
from models.principal import Permission, Principal
from models.words import Status
from roadmap.items import ItemStatusView, ProjectStatusView

# Worst first, as a reader wants them.
_ORDER = (
    Status.STALLED,
    Status.BEHIND,
    Status.AT_RISK,
    Status.NO_EVIDENCE,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.COMPLETED,
)


@dataclass(frozen=True, slots=True)
class ItemReading:
    """An item's status, and which of its projects are watched by replaying cameras."""

    view: ItemStatusView
    replayed: frozenset[UUID]


def read_item(services: Services, principal: Principal, number: int) -> ItemReading:
    """Read an item with its projects.

    Raises:
        NotFoundError: there is no such item for this principal.
    """
    view = services.items.status(principal, number)
    replayed = frozenset(
        project.id
        for project in view.projects
        if project.signal_on is not None
        and principal.may(Permission.EVIDENCE_READ)
        and any(picture.is_replay for picture in services.observing.pictures(principal, project.id))
    )
    return ItemReading(view, replayed)


def item_detail(reading: ItemReading, messages: Messages) -> str:
    """The projects behind an item's status, the worst first."""
    view = reading.view
    projects = sorted(view.projects, key=lambda project: (_ORDER.index(project.status), project.key))
    if not projects:
        inner = f'<p class="empty">{escape(messages("item.no_projects"))}</p>'
    else:
        inner = f'<ul class="projects">{_rows(projects, reading.replayed, messages)}</ul>'
    return f'<div class="detail" id="detail-{view.item.number}">{inner}</div>'


def detail_placeholder(number: int, messages: Messages) -> str:
    """What stands under a row until its projects have been read."""
    return (
        f'<div class="detail is-loading" id="detail-{number}"><p class="empty">{escape(messages("board.loading"))}</p>'
        "</div>"
    )


def _rows(projects: Sequence[ProjectStatusView], replayed: frozenset[UUID], messages: Messages) -> str:
    return "".join(_project_row(project, project.id in replayed, messages) for project in projects)


def _project_row(project: ProjectStatusView, is_replayed: bool, messages: Messages) -> str:
    seen = Seen.of(project.observed_percent, project.observed_low, project.observed_high)
    tags = "".join(
        (
            synthetic_mark(messages) if project.report_is_synthetic else "",
            replay_mark(messages) if is_replayed else "",
            awaits_mark(messages) if project.awaits_decision else "",
        )
    )
    region = messages.known(f"region.{project.region}", project.region)
    planned = project.planned_beside_observed
    return (
        f'<li class="project"><div class="project-what"><a href="/projects/{project.id}">'
        f"{escape(messages.of(project.title))}</a>"
        f'<span class="second">{escape(region)} · {escape(messages("board.due"))}'
        f" {escape(date_text(project.finishes_on, messages.language))}</span></div>"
        f'<div class="project-status">{status_mark(project.status, messages)}'
        f'<span class="second">{basis_word(project.basis, messages)}</span></div>'
        f'<div class="project-bar">{progress_bar(planned, project.reported_percent, seen, messages)}'
        f"{bar_figures(planned, project.reported_percent, seen, messages)}</div>"
        f'<p class="project-why">{_why(project, messages)} {tags}</p></li>'
    )


def _why(project: ProjectStatusView, messages: Messages) -> str:
    if project.proposed is not None:
        words = escape(messages.of(project.proposed.reason))
        if project.proposed.status is not project.status:
            # The sentence argues for what the cameras propose, which is not what holds.
            proposes = escape(messages("project.proposed"))
            return f"{proposes}: {status_mark(project.proposed.status, messages)}. {words}"
        return words
    if project.reported_on is None:
        return escape(f"{messages('item.no_cameras')} {messages('item.no_report')}.")
    on = date_text(project.reported_on, messages.language)
    return f"{escape(messages('item.no_cameras'))} {escape(messages('project.reported'))}: {escape(on)}."
