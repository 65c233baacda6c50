"""`nazar doctor`: whether this machine has what Nazar needs."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click
import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from api.settings import InstanceSettings
from models.database import Database
from models.errors import SealError
from models.evidence import EvidenceStore
from models.secrets import KEY_VARIABLE, open_seal
from models.words import Sampling
from pipeline.capacity import Watching, camera_cost, cameras_held
from pipeline.orphans import StoreState
from pipeline.settings import load_settings
from pipeline.this_machine import this_machine
from streams.stream_kind import USUAL_KINDS
from vision.errors import VisionError
from vision.sight import open_detector

_LEAST_FREE_GB = 5.0
_LOOK_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_well: bool
    detail: str


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> int:
    """Check weights, database, sealing key, disk and evidence; exit code 1 if something is not well."""
    settings = load_settings(InstanceSettings)
    checks: list[Callable[[InstanceSettings], Finding]] = [
        _processor,
        _cameras,
        _weights,
        _database,
        _seal,
        _disk,
        _evidence,
    ]
    findings = [check(settings) for check in checks]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.is_well else 'FAIL'} {finding.what:<10} {finding.detail}")
    return 0 if all(finding.is_well for finding in findings) else 1


def _processor(_settings: InstanceSettings) -> Finding:
    return Finding("processor", True, f"{os.cpu_count()} cores")


def _cameras(_settings: InstanceSettings) -> Finding:
    """How many cameras of one kind this machine holds, foretold; `nazar bench streams` measures it."""
    machine, counts = this_machine(), []
    for name, kind in USUAL_KINDS.items():
        cost = camera_cost(Watching(kind, Sampling.CONTINUOUS, _LOOK_EVERY_S), machine)
        counts.append(f"{cameras_held(cost, machine)} of {name}")
    holds = f"holds about {' or '.join(counts)}, each looked at every {_LOOK_EVERY_S:g} s"
    return Finding("cameras", True, holds)


def _weights(settings: InstanceSettings) -> Finding:
    try:
        detector = open_detector(settings.vision)
        detector.detect([np.zeros((360, 640, 3), np.uint8)])
    except VisionError as error:
        return Finding("weights", False, str(error))
    return Finding("weights", True, f"{detector.name}, sha256 {detector.weights_sha256[:12]}")


def _database(settings: InstanceSettings) -> Finding:
    kind = "PostgreSQL" if settings.models.database_url else "SQLite"
    database = Database(settings.models.url)
    try:
        is_current = database.is_current()
    except SQLAlchemyError:
        return Finding("database", False, f"{kind} doesn't answer")
    finally:
        database.close()
    return Finding("database", is_current, f"{kind}, {'current' if is_current else 'run: nazar db upgrade'}")


def _seal(settings: InstanceSettings) -> Finding:
    try:
        open_seal(settings.models)
    except SealError as error:
        return Finding("seal", False, str(error))
    return Finding("seal", True, str(settings.models.key_file) if settings.models.seal_key is None else KEY_VARIABLE)


def _disk(settings: InstanceSettings) -> Finding:
    folder = settings.models.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", free_gb >= _LEAST_FREE_GB, f"{free_gb:.0f} GB free under {folder}")


def _evidence(settings: InstanceSettings) -> Finding:
    """What the last look at the whole store found; it is looked at while cameras are watched, and by verifying."""
    state = StoreState.read(EvidenceStore(settings.models.evidence_dir))
    if state is None:
        return Finding("evidence", True, "not looked through yet")
    detail = f"{state.files} files, looked through {state.at:%Y-%m-%d %H:%M} UTC"
    if state.missing_count:
        detail += f"; {state.missing_count} missing, such as {state.missing[0]}; run: nazar evidence verify"
    if state.left_alone:
        detail += f"; {state.left_alone} that no row names are left alone; run: nazar evidence verify"
    return Finding("evidence", not state.missing_count and not state.left_alone, detail)
