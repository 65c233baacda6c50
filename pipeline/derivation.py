"""Deriving anew: observations to site days, and site days to a project's signals and proposed statuses.

Everything here can be derived again from stored rows: the same inputs write nothing, changed ones are told apart by
what they change (pipeline/day_roller.py, pipeline/project_signal.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models.database import Database
from models.repositories.roadmap import RoadmapRepository
from models.repositories.site_days import SiteDayRepository
from models.repositories.sites import SiteRepository
from models.tables.sites import Site
from pipeline.day_roller import MONTH, DayChange, DayRoller, DueDays
from pipeline.project_signal import ProjectSignals


@dataclass(frozen=True, slots=True)
class Derived:
    """What a derivation changed: site days, and the days of which a signal was written."""

    days: tuple[DayChange, ...]
    signals: tuple[date, ...]


class ProgressDeriver:
    """Derives site days, signals and proposed statuses of projects that cameras look at."""

    def __init__(self, database: Database, on_signal: Callable[[Session, UUID], None]) -> None:
        self._database = database
        # Runs in the same transaction, so that the roll-up never lags behind its signal.
        self._on_signal = on_signal

    def derive(self, project_id: UUID, at: datetime, days: Iterable[date] = ()) -> bool:
        """Bring a project's site days up to `at`, and the signals that look back on what may have changed; say whether
        a signal was written.

        The day of `at` gets a signal, or in its place those `days` that are known to have changed, for which nothing
        more is waited. A project without sites gets none: it lives on its owner's reports.
        """
        written = list(self.derive_in_steps(project_id, at, days))
        return any(written)

    def derive_in_steps(self, project_id: UUID, at: datetime, days: Iterable[date] = ()) -> Iterator[bool]:
        """Derive a project a month at a time, each step a transaction of its own; say whether it wrote a signal.

        Most often there is one step. After a long silence, and once when rows from before are rolled up, there are
        more; who leaves off between them loses nothing, since what was taken in is only remembered at the end.
        """
        told = tuple(sorted(set(days)))
        with self._transaction(project_id) as session:
            due = [DayRoller(session, site, at).due(told) for site in _sites(session, project_id)]
            is_short = sum(len(one.days) for one in due) <= MONTH
            if is_short:
                _roll(session, project_id, at, due)
                signal_days = _signal_days(ProjectSignals(session, project_id, at), due, told)
                has_written = bool(self._signals(session, project_id, at, signal_days))
                _take_in(session, due)
        if is_short:
            yield has_written
            return
        for one in due:
            for chunk in _in_months(one.days):
                with self._transaction(project_id) as session:
                    _roll(session, project_id, at, [replace(one, days=chunk)])
                yield False
        with self._transaction(project_id) as session:
            signal_days = _signal_days(ProjectSignals(session, project_id, at), due, told)
        for chunk in _in_months(signal_days):
            with self._transaction(project_id) as session:
                has_written = bool(self._signals(session, project_id, at, chunk))
            yield has_written
        with self._transaction(project_id) as session:
            _take_in(session, due)

    def rederive(self, project_id: UUID, at: datetime, first: date | None = None, last: date | None = None) -> Derived:
        """Derive all site days and signals of a project again, from `first` to `last` where those are given."""
        with self._transaction(project_id) as session:
            due = [_all_days(DayRoller(session, site, at), first, last) for site in _sites(session, project_id)]
        changes: list[DayChange] = []
        for one in due:
            for chunk in _in_months(one.days):
                with self._transaction(project_id) as session:
                    changes += _roll(session, project_id, at, [replace(one, days=chunk)])
        days = {day for one in due for day in one.days}
        with self._transaction(project_id) as session:
            # Days after the last that look back on what was corrected.
            days.update(ProjectSignals(session, project_id, at).looking_back_on([change.day for change in changes]))
        written: list[date] = []
        for chunk in _in_months(sorted(days)):
            with self._transaction(project_id) as session:
                written += self._signals(session, project_id, at, chunk)
        with self._transaction(project_id) as session:
            _take_in(session, due)
        return Derived(tuple(changes), tuple(written))

    def _signals(self, session: Session, project_id: UUID, at: datetime, days: Sequence[date]) -> list[date]:
        written = ProjectSignals(session, project_id, at).derive(days)
        if written:
            self._on_signal(session, project_id)
        return written

    @contextmanager
    def _transaction(self, project_id: UUID) -> Iterator[Session]:
        """A transaction in which nobody else derives the same project."""
        with self._database.transaction() as session:
            RoadmapRepository(session).lock_project(project_id)
            yield session


def _all_days(roller: DayRoller, first: date | None, last: date | None) -> DueDays:
    """Every day since the first camera came, within bounds."""
    began = roller.began
    if began is None:
        return DueDays(roller.site_id, (), 0)
    begins, ends = max(began, first or began), min(roller.today, last or roller.today)
    watermark = roller.due().watermark if (begins, ends) == (began, roller.today) else 0
    return DueDays(roller.site_id, tuple(_from_to(begins, ends)), watermark)


def _roll(session: Session, project_id: UUID, at: datetime, due: Sequence[DueDays]) -> list[DayChange]:
    sites = {site.id: site for site in _sites(session, project_id)}
    # A site may have been retired meanwhile.
    here = [one for one in due if one.site_id in sites]
    return [change for one in here for change in DayRoller(session, sites[one.site_id], at).roll(one.days)]


def _signal_days(signals: ProjectSignals, due: Sequence[DueDays], told: Sequence[date]) -> list[date]:
    today = signals.today
    touched = sorted({day for one in due for day in one.days})
    return [] if today is None else sorted({*(told or [today]), *signals.looking_back_on(touched)})


def _take_in(session: Session, due: Sequence[DueDays]) -> None:
    for one in due:
        SiteDayRepository(session).move_watermark(one.site_id, one.watermark)


def _sites(session: Session, project_id: UUID) -> Sequence[Site]:
    return SiteRepository(session).sites_of_project(project_id)


def _in_months(days: Sequence[date]) -> Iterator[tuple[date, ...]]:
    return (tuple(days[start : start + MONTH]) for start in range(0, len(days), MONTH))


def _from_to(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
