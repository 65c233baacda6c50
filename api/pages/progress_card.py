"""What cameras see built: the observed share against the plan of the same tasks, its elements, and open flags."""

from html import escape

from api.pages.language import Language, Messages
from api.pages.marks import Seen, points_text, progress_bar
from api.pages.project_reading import ProjectReading
from api.pages.wording import DISPLAY_ZONE, NO_BREAK_SPACE, date_text, number_text, percent_text
from pipeline.observing import SignalElement, SignalView
from roadmap.flags import FlagView


def progress_card(reading: ProjectReading, messages: Messages) -> str:
    """The card; empty but for its place where no work element tells anything and no flag stands."""
    signal = reading.signal
    flags = "".join(_flag(flag, messages) for flag in reading.status.flags)
    inner = f'<ul class="plain">{flags}</ul>' if flags else ""
    if signal is not None and signal.observed_percent is not None:
        inner += _figures(signal, messages) + _elements(signal, messages)
    if not inner:
        return '<section id="progress-card" hidden></section>'
    return (
        '<section class="card" id="progress-card">'
        f'<div class="card-head"><h2>{escape(messages("built.title"))}</h2></div>{inner}</section>'
    )


def _flag(flag: FlagView, messages: Messages) -> str:
    language = messages.language
    raised = date_text(flag.raised_at.astimezone(DISPLAY_ZONE).date(), language)
    reason = {Language.KK: flag.reason_kk, Language.RU: flag.reason_ru}.get(language, flag.reason_en)
    escalated = f' <span class="tag">{escape(messages("built.escalated"))}</span>' if flag.escalated else ""
    return (
        f'<li><p class="proposed"><b>{escape(messages(f"flag.{flag.kind}"))}</b>{escalated}'
        f' <span class="second">{escape(raised)}</span></p>'
        f'<p class="reason">{escape(reason)}</p></li>'
    )


def _figures(signal: SignalView, messages: Messages) -> str:
    language, none = messages.language, messages("project.none")
    assert signal.observed_percent is not None
    seen = Seen.of(signal.observed_percent, signal.observed_low, signal.observed_high)
    observed = percent_text(signal.observed_percent, language, 1)
    if signal.observed_low is not None and signal.observed_high is not None:
        low, high = (number_text(end, language, 1) for end in (signal.observed_low, signal.observed_high))
        observed += f" ({low}–{high})"
    forecast = none
    if signal.forecast_p50 is not None:
        late = none if signal.forecast_p80 is None else date_text(signal.forecast_p80, language)
        forecast = messages("built.forecast_dates", p50=date_text(signal.forecast_p50, language), p80=late)
    rows = (
        ("project.observed", observed),
        (
            "built.planned_of_seen",
            none if signal.planned_percent is None else percent_text(signal.planned_percent, language, 1),
        ),
        ("project.slippage", _points(signal.slippage_points, messages)),
        ("built.pace", _points(signal.pace_points_a_week, messages)),
        ("built.forecast", forecast),
        ("built.stage", none if signal.stage is None else messages(f"stage.{signal.stage}")),
        ("built.seen_of_plan", _share(signal.observed_share_of_plan, messages)),
        ("built.visible_today", _share(signal.visible_share, messages)),
        ("built.report_gap", _points(signal.report_gap_points, messages)),
    )
    listed = "".join(f"<div><dt>{escape(messages(key))}</dt><dd>{escape(value)}</dd></div>" for key, value in rows)
    bar = progress_bar(signal.planned_percent, None, seen, messages)
    return f'{bar}<dl class="figures-list">{listed}</dl>'


def _elements(signal: SignalView, messages: Messages) -> str:
    heads = "".join(
        f'<th scope="col" class="{name}">{escape(messages(key))}</th>'
        for name, key in (("t-task", "built.element"), ("t-schedule", "built.state"))
    )
    rows = "".join(_element(one, messages) for one in signal.elements)
    return f'<table class="tasks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _element(one: SignalElement, messages: Messages) -> str:
    language = messages.language
    low, high = (number_text(100 * end, language) for end in (one.low, one.high))
    said = (
        f"{percent_text(100 * one.share, language)}{NO_BREAK_SPACE}({low}–{high}), {messages(f'element.{one.state}')}"
    )
    if one.unseen_days:
        said += ", " + messages("built.unseen_days", days=one.unseen_days)
    if not one.counts:
        said += ", " + messages("built.counts_nowhere")
    return f'<tr><th scope="row" class="t-task">{escape(one.title)}</th><td class="t-schedule">{escape(said)}</td></tr>'


def _points(points: float | None, messages: Messages) -> str:
    return messages("project.none") if points is None else points_text(points, messages)


def _share(share: float | None, messages: Messages) -> str:
    return messages("project.none") if share is None else percent_text(100 * share, messages.language)
