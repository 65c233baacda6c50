"""Work calendars as they are registered: what is taken, and what is refused."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError

from models.database import Database
from pipeline.registry.sites import SiteDraft, SitePatch, SiteService, SiteView, calendar_of, visible_site
from tests.support.builders import ADMIN, Planted, plant

NOW = datetime(2026, 9, 16, 6, tzinfo=UTC)


def registered(database: Database, planted: Planted, **calendar: Any) -> SiteView:
    names = {f"name_{language}": "Site" for language in ("kk", "ru", "en")}
    draft = SiteDraft(project_id=planted.project_id, latitude=51.1, longitude=71.4, **names, **calendar)
    return SiteService(database, lambda: NOW).register(ADMIN, draft)


def test_a_calendar_without_working_days_is_taken_and_shown(database: Database) -> None:
    site = registered(database, plant(database), work_days=[])
    assert site.work_days == []
    with database.reading() as session:
        calendar = calendar_of(visible_site(session, ADMIN, site.id))
    assert calendar.working_days_back(NOW.date(), 10) == []
    assert calendar.scheduled(NOW.date()) is None


def test_closing_before_opening_is_a_shift_into_the_next_day(database: Database) -> None:
    site = registered(database, plant(database), opens_at="20:00", closes_at="06:00", work_days=[3])
    with database.reading() as session:
        scheduled = calendar_of(visible_site(session, ADMIN, site.id)).scheduled(date(2026, 9, 16))
    assert scheduled is not None
    assert (scheduled.starts_at, scheduled.seconds) == (datetime(2026, 9, 16, 15, tzinfo=UTC), 10 * 3600)
    assert (site.opens_at, site.closes_at) == (time(20), time(6))


@pytest.mark.parametrize("holiday", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "2026-02-30", "soon"])
def test_a_holiday_that_cannot_be_meant_is_refused(holiday: str) -> None:
    with pytest.raises(ValidationError, match="holidays"):
        SitePatch(holidays=[holiday])


def test_weekdays_beyond_sunday_are_refused() -> None:
    with pytest.raises(ValidationError, match="work_days"):
        SitePatch(work_days=[8])
