"""A PostgreSQL of its own for a test run."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPERUSER = "postgres"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server on a free port and yield its SQLAlchemy address without a database's name.

    PostgreSQL refuses to run as root; as root it is run by the account that Debian makes for it.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="nazar-pg-"))
    prefix: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, SUPERUSER)
        prefix = ["runuser", "-u", SUPERUSER, "--"]
    data, port = folder / "data", _free_port()
    initdb = [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
    try:
        _run(folder, [*prefix, *map(str, initdb)])
        start = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
        _run(folder, [*prefix, *map(str, start)])
        try:
            yield f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{port}"
        finally:
            stop = [programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
            _run(folder, [*prefix, *map(str, stop)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    if on_path is None:
        raise FileNotFoundError("The tests need PostgreSQL; run: make test, which says how to get it.")
    return Path(on_path).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
