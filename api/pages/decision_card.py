"""Deciding on a project's status, and what was decided before."""

from html import escape

from api.pages.language import Messages
from api.pages.marks import status_mark
from api.pages.project_reading import ProjectReading
from api.pages.wording import moment_text
from models.words import Status

_MAX_REASON = 2000


def decision_subject(reading: ProjectReading, messages: Messages) -> str:
    """What a decision is about; the proposal's id travels with what is read on the screen."""
    proposed = reading.status.proposed
    if proposed is None:
        inner, proposal_id = escape(messages("decide.no_proposal")), ""
    else:
        inner = f"{escape(messages('decide.about'))}: {status_mark(proposed.status, messages)}"
        proposal_id = str(proposed.id)
    return f'<p class="decide-about" id="decide-about" data-proposal="{proposal_id}">{inner}</p>'


def decision_form(reading: ProjectReading, messages: Messages) -> str:
    """Confirm, reject or return; it stays as it is while the page around it is updated."""
    options = "".join(
        f'<option value="{status.value}">{escape(messages(f"status.{status.value}"))}</option>' for status in Status
    )
    return (
        '<section class="card"><div class="card-head">'
        f"<h2>{escape(messages('decide.title'))}</h2></div>{decision_subject(reading, messages)}"
        '<form class="decide" id="decide">'
        f'<label for="decide-reason">{escape(messages("decide.reason"))}'
        f' <span class="second">{escape(messages("decide.reason_hint"))}</span></label>'
        f'<textarea class="field" id="decide-reason" name="reason" rows="3" maxlength="{_MAX_REASON}"></textarea>'
        f'<p class="buttons"><button type="submit" class="primary" name="verdict" value="confirmed">'
        f"{escape(messages('decide.confirm'))}</button>"
        f'<button type="submit" class="quiet" name="verdict" value="returned">'
        f"{escape(messages('decide.return'))}</button></p>"
        f'<label for="decide-status">{escape(messages("decide.status"))}</label>'
        '<p class="buttons"><select class="field" id="decide-status" name="status">'
        f'<option value="">{escape(messages("decide.status_none"))}</option>{options}</select>'
        f'<button type="submit" class="quiet" name="verdict" value="rejected"'
        f' data-without="{escape(messages("decide.set"))}">{escape(messages("decide.reject"))}</button></p>'
        '<p class="message" id="decide-message" role="status" hidden></p></form></section>'
    )


def decision_history(reading: ProjectReading, messages: Messages) -> str:
    """All decisions, the newest first."""
    if reading.decisions:
        inner = "".join(
            f"<li><p><b>{escape(messages(f'verdict.{decision.verdict.value}'))}</b>"
            f"{f' {status_mark(decision.status, messages)}' if decision.status is not None else ''}</p>"
            f"<p>{escape(decision.reason)}</p>"
            f'<p class="second">{escape(decision.decided_by)} ·'
            f" {escape(moment_text(decision.decided_at, messages.language))}</p></li>"
            for decision in reversed(reading.decisions)
        )
        inner = f'<ol class="history">{inner}</ol>'
    else:
        inner = f'<p class="empty">{escape(messages("project.no_history"))}</p>'
    return (
        '<section class="card" id="history"><div class="card-head">'
        f"<h2>{escape(messages('project.history'))}</h2></div>{inner}</section>"
    )
