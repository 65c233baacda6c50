"""The strip of a site's last days: the state of each, with how much of it was seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from uuid import UUID

from api.pages.language import Language, Messages
from api.pages.marks import sign
from api.pages.wording import date_text, number_text, percent_text
from models.words import SiteDayState
from pipeline.observing import SignalView, SiteDayView
from pipeline.registry.sites import SiteView
from pipeline.site_days import EstimateView, SiteDayDetail

Details = Mapping[tuple[UUID, date], SiteDayDetail]


def site_day_strip(
    signal: SignalView | None, sites: Sequence[SiteView], messages: Messages, details: Details | None = None
) -> str:
    """The days of every site of a project, with what each came to where that is known."""
    known = details or {}
    names = {site.id: _name(site, messages.language) for site in sites}
    if signal is None or not signal.site_days:
        inner = f'<p class="empty">{escape(messages("project.no_site_days"))}</p>'
    else:
        by_site: dict[UUID, list[SiteDayView]] = {}
        for day in signal.site_days:
            by_site.setdefault(day.site_id, []).append(day)
        inner = "".join(_site(names.get(site_id, ""), days, messages, known) for site_id, days in by_site.items())
        inner += f'<p class="note">{escape(messages("project.site_days_note"))}</p>{_legend(messages)}'
    return (
        '<section class="card" id="site-days"><div class="card-head">'
        f"<h2>{escape(messages('project.site_days'))}</h2></div>{inner}</section>"
    )


def _site(name: str, days: Sequence[SiteDayView], messages: Messages, details: Details) -> str:
    ordered = sorted(days, key=lambda day: day.day)
    cells = "".join(_day(day, messages, details.get((day.site_id, day.day))) for day in ordered)
    return f'<h3 class="site-name">{escape(name)}</h3><ol class="days">{cells}</ol>'


def _day(day: SiteDayView, messages: Messages, detail: SiteDayDetail | None) -> str:
    state = SiteDayState(day.state)
    words = [date_text(day.day, messages.language), messages(f"site_day.{state.value}")]
    if state is not SiteDayState.NON_WORKING:
        words.append(messages("project.day_covered", percent=percent_text(100 * day.coverage, messages.language)))
    words += [messages.known(f"unusable.{reason}", reason) for reason in day.reasons[:1]]
    corrected = ""
    if detail is not None:
        words += _hours(detail, messages)
        if detail.corrected_because:
            why = [messages.known(f"corrected.{one.reason}", one.reason) for one in detail.corrected_because]
            words.append(messages("project.day_corrected", why=", ".join(why)))
            corrected = '<i class="day-corrected" aria-hidden="true"></i>'
    told = escape(", ".join(words))
    return (
        f'<li><button type="button" class="day tone-{state.value}" aria-label="{told}" data-tip="{told}">'
        f'<span class="day-date">{day.day.day}</span>{sign(state)}{corrected}'
        f'<i class="day-cover"><i style="width:{100 * day.coverage:.0f}%"></i></i></button></li>'
    )


def _hours(detail: SiteDayDetail, messages: Messages) -> list[str]:
    words = []
    if detail.person_hours is not None:
        words.append(_estimate("project.day_person_hours", [detail.person_hours], messages))
    machines = detail.machine_hours.values()
    working = [one.working for one in machines if one.working is not None]
    if working and len(working) == len(machines):
        words.append(_estimate("project.day_machine_hours", working, messages))
    elif machines:
        words.append(_estimate("project.day_machines_present", [one.present for one in machines], messages))
    return words


def _estimate(key: str, estimates: Iterable[EstimateView], messages: Messages) -> str:
    """A sum of estimates; its interval is as if all erred the same way."""
    parts = [(one.value, one.low, one.high) for one in estimates]
    hours, low, high = (number_text(sum(part), messages.language) for part in zip(*parts, strict=True))
    return messages(key, hours=hours, low=low, high=high)


def _legend(messages: Messages) -> str:
    words = "".join(
        f'<li class="tone-{state.value}">{sign(state)}{escape(messages(f"site_day.{state.value}"))}</li>'
        for state in SiteDayState
    )
    return f'<ul class="day-legend">{words}</ul>'


def _name(site: SiteView, language: Language) -> str:
    return {Language.KK: site.name_kk, Language.RU: site.name_ru, Language.EN: site.name_en}[language]
