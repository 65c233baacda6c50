"""The marks that figures are shown with: status signs, the bar of plan, report and seen, small labels."""

from dataclasses import dataclass
from html import escape

from api.pages.language import Messages
from api.pages.wording import number_text, percent_text, seen_text
from models.words import Basis, CameraState, SiteDayState, Status

# Drawn rather than typed, so that every machine shows the same sign. 16 x 16, in the ink of the text around it.
_SHAPES = {
    Status.NOT_STARTED: '<circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    Status.ON_TRACK: '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
    Status.AT_RISK: '<path d="M8 1.8 14.8 14H1.2Z" fill="currentColor"/>',
    Status.BEHIND: '<path d="M8 14.2 1.2 2h13.6Z" fill="currentColor"/>',
    Status.STALLED: '<rect x="2.4" y="2.4" width="11.2" height="11.2" fill="currentColor"/>',
    Status.COMPLETED: '<path d="M2 8.6 6.2 13 14 3.6" fill="none" stroke="currentColor" stroke-width="2.6"/>',
    Status.NO_EVIDENCE: '<path d="M2 6 6 2M2 10l8-8M2 14 14 2M6 14l8-8M10 14l4-4" stroke="currentColor"'
    ' stroke-width="1.6"/>',
    SiteDayState.ACTIVE: '<circle cx="8" cy="8" r="6" fill="currentColor"/>',
    SiteDayState.STANDSTILL: '<rect x="2.4" y="2.4" width="11.2" height="11.2" fill="currentColor"/>',
    SiteDayState.OUTAGE: '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9" stroke="currentColor" stroke-width="2.2"/>',
    SiteDayState.OBSTRUCTED: '<path d="M2 5h12M2 8.5h9M2 12h12" stroke="currentColor" stroke-width="2"/>',
    SiteDayState.NON_WORKING: '<path d="M4.5 8h7" stroke="currentColor" stroke-width="2"/>',
    CameraState.LIVE: '<circle cx="8" cy="8" r="3.4" fill="currentColor"/>'
    '<circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" stroke-width="1.4"/>',
    CameraState.CONNECTING: '<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8"'
    ' stroke-dasharray="3 2.4"/>',
    CameraState.MOVED: '<path d="M2 8h10M8.6 3.6 13 8l-4.4 4.4" fill="none" stroke="currentColor" stroke-width="2"/>',
    CameraState.DEGRADED: '<path d="M1.5 8h2.6l2-5 3.4 10 2-5h3" fill="none" stroke="currentColor"'
    ' stroke-width="1.8"/>',
    CameraState.FROZEN: '<path d="M5.5 3v10M10.5 3v10" stroke="currentColor" stroke-width="2.6"/>',
    CameraState.BLACK: '<rect x="1.6" y="3.2" width="12.8" height="9.6" fill="currentColor"/>',
    CameraState.BLURRED: '<circle cx="6" cy="8" r="4.4" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    '<circle cx="10" cy="8" r="4.4" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    CameraState.BLOCKED: '<circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M4 4l8 8" stroke="currentColor" stroke-width="1.8"/>',
    CameraState.PLACEHOLDER: '<rect x="1.9" y="3.4" width="12.2" height="9.2" fill="none" stroke="currentColor"'
    ' stroke-width="1.8"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.8"/>',
    CameraState.WRONG_CLOCK: '<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M8 4.6V8l2.6 2" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    CameraState.DOWN: '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9" stroke="currentColor" stroke-width="2.2"/>',
}

Signed = Status | SiteDayState | CameraState


@dataclass(frozen=True, slots=True)
class Seen:
    """An observed share in percent, with its interval where there is one."""

    percent: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, percent: float | None, low: float | None, high: float | None) -> "Seen | None":
        """What was measured, or None where nothing was."""
        return None if percent is None else cls(percent, low, high)


def sprite() -> str:
    """All signs, to stand once on each page; `sign` points at them."""
    symbols = "".join(
        f'<symbol id="sign-{name.value}" viewBox="0 0 16 16">{shape}</symbol>' for name, shape in _SHAPES.items()
    )
    return f'<svg class="sprite" aria-hidden="true" width="0" height="0">{symbols}</svg>'


def sign(name: Signed) -> str:
    """A sign; the word beside it speaks for it."""
    return f'<svg class="sign" aria-hidden="true"><use href="#sign-{name.value}"/></svg>'


def status_mark(status: Status, messages: Messages) -> str:
    """A status: its colour, its sign and its word."""
    return f'<span class="status tone-{status.value}">{sign(status)}{escape(messages(f"status.{status.value}"))}</span>'


def basis_word(basis: Basis, messages: Messages) -> str:
    """What a status rests on."""
    return f'<span class="basis">{escape(messages(f"basis.{basis.value}"))}</span>'


def awaits_mark(messages: Messages) -> str:
    """That a newer proposal waits for a person."""
    return f'<span class="tag tag-awaits">{escape(messages("board.awaits"))}</span>'


def synthetic_mark(messages: Messages) -> str:
    """That a report is made up for the demonstration."""
    why = escape(messages("mark.synthetic.why"))
    return f'<span class="tag" title="{why}">{escape(messages("mark.synthetic"))}</span>'


def replay_mark(messages: Messages) -> str:
    """That a camera replays a recording."""
    why = escape(messages("mark.replay.why"))
    return f'<span class="tag tag-replay" title="{why}">{escape(messages("mark.replay"))}</span>'


def progress_bar(planned: float | None, reported: float | None, seen: Seen | None, messages: Messages) -> str:
    """One bar from 0 to 100 %: plan as a tick, report as a diamond, seen as a fill with its band."""
    parts = []
    if seen is not None:
        parts.append(f'<i class="bar-seen" style="width:{_place(seen.percent)}"></i>')
        if seen.low is not None and seen.high is not None:
            width = _place(_clamped(seen.high) - _clamped(seen.low))
            parts.append(f'<i class="bar-band" style="left:{_place(seen.low)};width:{width}"></i>')
    if planned is not None and reported is not None:
        start, end = sorted((_clamped(planned), _clamped(reported)))
        parts.append(f'<i class="bar-gap" style="left:{_place(start)};width:{_place(end - start)}"></i>')
    if reported is not None:
        parts.append(f'<i class="bar-report" style="left:{_place(reported)}"></i>')
    if planned is not None:
        parts.append(f'<i class="bar-plan" style="left:{_place(planned)}"></i>')
    label = escape("; ".join(f"{word} {value}" for word, value in _figures(planned, reported, seen, messages)))
    return f'<span class="bar" role="img" aria-label="{label}">{"".join(parts)}</span>'


def bar_figures(planned: float | None, reported: float | None, seen: Seen | None, messages: Messages) -> str:
    """The bar's figures in words and digits."""
    parts = [
        f'<span class="figure"><span class="figure-word">{escape(word)}</span> {escape(value)}</span>'
        for word, value in _figures(planned, reported, seen, messages)
    ]
    # The bar beside it says the same to a screen reader.
    return f'<span class="figures" aria-hidden="true">{"".join(parts)}</span>'


def bar_legend(messages: Messages) -> str:
    """What the marks on the bar mean."""
    return (
        '<span class="legend">'
        f'<span><i class="bar-plan"></i>{escape(messages("mark.plan"))}</span>'
        f'<span><i class="bar-report"></i>{escape(messages("mark.report"))}</span>'
        f'<span><i class="bar-seen"></i>{escape(messages("mark.seen"))}</span>'
        "</span>"
    )


def points_text(points: float, messages: Messages) -> str:
    """A difference of two shares, in percentage points, with its sign."""
    text = number_text(points, messages.language, 1)
    return messages("project.points", value=f"+{text}" if points > 0 else text)


def _figures(
    planned: float | None, reported: float | None, seen: Seen | None, messages: Messages
) -> list[tuple[str, str]]:
    language, none = messages.language, messages("mark.none")
    return [
        (messages("mark.plan"), none if planned is None else percent_text(planned, language)),
        (messages("mark.report"), none if reported is None else percent_text(reported, language)),
        (messages("mark.seen"), none if seen is None else seen_text(seen.percent, seen.low, seen.high, language)),
    ]


def _clamped(percent: float) -> float:
    return min(100.0, max(0.0, percent))


def _place(percent: float) -> str:
    return f"{_clamped(percent):.1f}%"
