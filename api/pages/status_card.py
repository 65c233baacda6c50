"""A project's status with everything it rests on, down to the frames."""

from html import escape

from api.pages.language import Messages
from api.pages.marks import (
    Seen,
    awaits_mark,
    bar_figures,
    bar_legend,
    basis_word,
    points_text,
    progress_bar,
    status_mark,
    synthetic_mark,
)
from api.pages.project_reading import ProjectReading
from api.pages.wording import date_text, moment_text, percent_text, seen_text, short_digest


def status_card(reading: ProjectReading, messages: Messages) -> str:
    """What the status is, why, and how sure."""
    status = reading.status
    seen = Seen.of(status.observed_percent, status.observed_low, status.observed_high)
    awaits = awaits_mark(messages) if status.awaits_decision else ""
    planned = status.planned_beside_observed
    return (
        '<section class="card" id="status-card">'
        f'<div class="card-head"><h2>{escape(messages("project.status"))}</h2>{bar_legend(messages)}</div>'
        f'<p class="status-now">{status_mark(status.status, messages)}{basis_word(status.basis, messages)}{awaits}</p>'
        f"{_proposal(reading, messages)}"
        f"{progress_bar(planned, status.reported_percent, seen, messages)}"
        f"{bar_figures(planned, status.reported_percent, seen, messages)}"
        f'<dl class="figures-list">{_figures(reading, messages)}</dl></section>'
    )


def evidence_card(reading: ProjectReading, messages: Messages) -> str:
    """The frames behind the proposal; each opens large, with its sha256."""
    frames = reading.status.evidence
    if frames:
        inner = "".join(
            f'<li><button type="button" class="frame" data-frame="{escape(address)}"'
            f' aria-label="{escape(messages("project.evidence_open", n=place))}">'
            f'<img src="{escape(address)}" alt="{escape(messages("project.evidence_frame", n=place))}" loading="lazy"'
            ' width="320" height="180"></button></li>'
            for place, address in enumerate(frames, start=1)
        )
        inner = f'<ul class="frames">{inner}</ul>'
    else:
        inner = f'<p class="empty">{escape(messages("project.no_evidence"))}</p>'
    return (
        '<section class="card" id="evidence-card">'
        f'<div class="card-head"><h2>{escape(messages("project.evidence"))}</h2></div>{inner}</section>'
    )


def evidence_viewer(messages: Messages) -> str:
    """The dialog that evidence frames open in; project.js fills it."""
    return (
        f'<dialog class="viewer" id="viewer" aria-label="{escape(messages("project.evidence"))}">'
        '<figure><img id="viewer-picture" alt=""><figcaption>'
        '<span id="viewer-name"></span><span id="viewer-taken"></span>'
        '<span class="digest">sha256 <code id="viewer-sha"></code> <b id="viewer-check"></b></span>'
        "</figcaption></figure>"
        f'<p class="viewer-keys"><button type="button" class="quiet" data-step="-1">←'
        f" {escape(messages('project.previous'))}</button>"
        f'<button type="button" class="quiet" data-step="1">{escape(messages("project.next"))} →</button>'
        f'<button type="button" class="quiet" data-step="0">{escape(messages("project.close"))}</button></p></dialog>'
    )


def _proposal(reading: ProjectReading, messages: Messages) -> str:
    proposed = reading.status.proposed
    if proposed is None:
        return f'<p class="reason">{escape(messages("project.no_proposal"))}</p>'
    since = messages("project.proposed_at", moment=moment_text(proposed.proposed_at, messages.language))
    return (
        f'<p class="proposed">{escape(messages("project.proposed"))}: {status_mark(proposed.status, messages)}'
        f' <span class="second">{escape(since)}</span></p>'
        f'<p class="reason">{escape(messages.of(proposed.reason))}</p>'
    )


def _figures(reading: ProjectReading, messages: Messages) -> str:
    status, language, none = reading.status, messages.language, messages("project.none")
    if status.observed_percent is None:
        observed = messages("project.not_measured") if status.signal_on is not None else none
    else:
        observed = seen_text(status.observed_percent, status.observed_low, status.observed_high, language)
    if status.reported_percent is None or status.reported_on is None:
        reported = escape(messages("item.no_report"))
    else:
        said = f"{percent_text(status.reported_percent, language)}, {date_text(status.reported_on, language)}"
        reported = escape(said) + (f" {synthetic_mark(messages)}" if status.report_is_synthetic else "")
    coverage = none
    if status.coverage is not None:
        coverage = messages("project.coverage_of", percent=percent_text(100 * status.coverage, language))
    weights = " ".join(
        f'<code title="{escape(digest)}">{escape(short_digest(digest))}</code>' for digest in status.weights_sha256
    )
    rows = (
        (messages("project.planned"), escape(_planned(reading, messages))),
        (messages("project.reported"), reported),
        (messages("project.observed"), escape(observed)),
        (
            messages("project.slippage"),
            escape(none if status.slippage_points is None else points_text(status.slippage_points, messages)),
        ),
        (messages("project.coverage"), escape(coverage)),
        (
            messages("project.signal_on"),
            escape(none if status.signal_on is None else date_text(status.signal_on, language)),
        ),
        (messages("project.rule"), f"<code>{escape(status.rule_version)}</code>" if status.rule_version else none),
        (messages("project.weights"), weights or none),
    )
    return "".join(f"<div><dt>{escape(word)}</dt><dd>{value}</dd></div>" for word, value in rows)


def _planned(reading: ProjectReading, messages: Messages) -> str:
    """What slippage is told against, and the whole plan's figure where that is another."""
    status = reading.status
    beside = percent_text(status.planned_beside_observed, messages.language, 1)
    whole = percent_text(status.planned_percent, messages.language, 1)
    if status.planned_of_observed_percent is None or beside == whole:
        return whole
    return f"{beside} ({messages('project.planned_whole', percent=whole)})"
