"""What it takes to derive a year of one site again: 105,000 observations to hours, days and signals."""

import json
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from models.database import Database
from pipeline.derivation import ProgressDeriver
from tests.support.builders import plant
from tests.support.site_year import write_year
from tools.timing import Timing

_FIRST = date(2025, 9, 1)
_DAYS = 365
_LIMIT_S = 30.0
# Of reading the rows and their documents with the driver alone, which is the least that anything over them takes.
_LIMIT_TIMES = 20.0
_READ = "SELECT tallies, machine_seconds, zone_tallies, gate_crossings, view_quality FROM observation ORDER BY id"


def derive() -> list[Timing]:
    """Everything from the start: no day and no signal is known yet."""
    return _timed(_DAYS)


def derive_short() -> list[Timing]:
    """A fortnight: to see that it runs."""
    return _timed(14)


def _timed(days: int) -> list[Timing]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        database.upgrade()
        begins = datetime.combine(_FIRST, datetime.min.time(), tzinfo=ZoneInfo("Asia/Almaty"))
        planted = plant(database, placed_at=begins)
        rows = write_year(database, planted.placement_id, _FIRST, days)
        read_s = _read_s(database)
        deriver = ProgressDeriver(database, lambda _session, _project: None)
        started = time.monotonic()
        derived = deriver.rederive(planted.project_id, begins + timedelta(days=days, hours=12))
        took_s = time.monotonic() - started
        database.close()
    name = f"{rows} observations derived again, {len(derived.days)} days and {len(derived.signals)} signals"
    return [
        Timing(name, took_s, "s", _LIMIT_S),
        Timing("times merely reading those rows", took_s / read_s, "x", _LIMIT_TIMES),
    ]


def _read_s(database: Database) -> float:
    started = time.monotonic()
    with database.engine.connect() as connection:
        for row in connection.execute(sa.text(_READ)):
            for document in row:
                json.loads(document)
    return time.monotonic() - started
