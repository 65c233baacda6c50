"""Figures, dates and ages as each language writes them."""

from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from api.pages.language import Language

# The country keeps one time (UTC+5); the header says so on every page.
DISPLAY_ZONE = ZoneInfo("Asia/Almaty")
THIN_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number_text(value: float, language: Language, digits: int = 0) -> str:
    """A number with the language's marks for thousands and decimals."""
    text = f"{abs(value):,.{digits}f}"
    if language is not Language.EN:
        text = text.replace(",", THIN_SPACE).replace(".", ",")
    # What rounds to nothing has no sign.
    is_negative = value < 0 and round(abs(value), digits) > 0
    return f"{MINUS}{text}" if is_negative else text


def percent_text(value: float, language: Language, digits: int = 0) -> str:
    """A share in percent."""
    return f"{number_text(value, language, digits)}{NO_BREAK_SPACE}%"


def seen_text(percent: float, low: float | None, high: float | None, language: Language) -> str:
    """An observed share with its interval: `61 ± 3 %`."""
    if low is None or high is None:
        return percent_text(percent, language)
    half = (high - low) / 2
    return f"{number_text(percent, language)}{THIN_SPACE}±{THIN_SPACE}{percent_text(half, language)}"


def date_text(day: date, language: Language) -> str:
    """A calendar date."""
    if language is Language.EN:
        return f"{day.day}{NO_BREAK_SPACE}{_ENGLISH_MONTHS[day.month - 1]}{NO_BREAK_SPACE}{day.year}"
    return f"{day:%d.%m.%Y}"


def moment_text(moment: datetime, language: Language) -> str:
    """A point in time, in the country's time: the day and the minute."""
    local = moment.astimezone(DISPLAY_ZONE)
    if language is Language.EN:
        return f"{local.day}{NO_BREAK_SPACE}{_ENGLISH_MONTHS[local.month - 1]}{NO_BREAK_SPACE}{local:%H:%M}"
    return f"{local:%d.%m}{NO_BREAK_SPACE}{local:%H:%M}"


def ageing(moment: datetime, language: Language) -> str:
    """An element whose text frame.js keeps as the age of `moment`; until then the moment itself stands there.

    The age is not written here, so that what was sent stays the same until something happened.
    """
    stamp = moment.astimezone(DISPLAY_ZONE).isoformat(timespec="seconds")
    shown = escape(moment_text(moment, language))
    return f'<time class="age" datetime="{stamp}" title="{stamp}" data-age>{shown}</time>'


def short_digest(digest: str) -> str:
    """Enough of a sha256 to compare by eye; the whole of it stands in the title."""
    return digest[:12]
