"""A whole Nazar, started as its users start it: the command in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx
from pydantic import SecretStr

from models.database import Database
from models.errors import ConflictError
from models.principal import Role
from pipeline.clock import SystemClock
from roadmap.accounts import AccountDraft, AccountService
from roadmap.sample_roadmap import load_sample_roadmap
from tests.support.builders import ADMIN

PASSWORD = "a test password"
OWNER_OF = "akimat-astana"
START_LIMIT_S = 90.0
_T = TypeVar("_T")


@dataclass(frozen=True)
class RunningInstance:
    """An instance that serves and watches; `log` grows as it runs."""

    url: str
    data_dir: Path
    database_url: str
    log: Path
    _clients: list[httpx.Client] = field(default_factory=list)

    def client(self, role: Role | None) -> httpx.Client:
        """A client logged in as a role, or as nobody."""
        client = httpx.Client(base_url=self.url, timeout=30)
        self._clients.append(client)
        if role is not None:
            answer = client.post("/api/v1/session", json={"login": f"test-{role.value}", "password": PASSWORD})
            assert answer.status_code == 201, answer.text
        return client

    def login(self, role: Role) -> dict[str, str]:
        """The log-in cookie of a role, for a browser."""
        return dict(self.client(role).cookies)

    def close(self) -> None:
        for client in self._clients:
            client.close()


@contextmanager
def running_nazar(data_dir: Path, command: str = "run", **settings: str) -> Iterator[RunningInstance]:
    """Start `nazar run` over a data folder with the sample roadmap and an account of each role.

    `settings` are variables without their prefix, such as `streams__read_timeout_s="3"`.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    database_url = settings.get("models__database_url", f"sqlite:///{data_dir / 'nazar.sqlite3'}")
    _prepare(database_url)
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")},
        "NAZAR_MODELS__DATA_DIR": str(data_dir),
        "NAZAR_API__PORT": str(port),
        "NAZAR_STREAMS__ALLOWED_NETWORKS": json.dumps(["127.0.0.0/8"]),
        "NAZAR_PIPELINE__REFRESH_S": "0.5",
        "NAZAR_PIPELINE__FIRST_RECORD_S": "3",
        "NAZAR_PIPELINE__LATEST_VIEW_EVERY_S": "2",
        "NAZAR_PIPELINE__BACKOFF_MOST_S": "2",
        **{f"NAZAR_{name.upper()}": value for name, value in settings.items()},
    }
    log = data_dir / "nazar.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    instance = RunningInstance(f"http://127.0.0.1:{port}", data_dir, database_url, log)
    try:
        _wait_until_ready(instance, process)
        yield instance
    finally:
        instance.close()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(45)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise


def eventually(look: Callable[[], _T], is_so: Callable[[_T], bool], limit_s: float = 60.0, every_s: float = 0.3) -> _T:
    """Look again and again until what is seen is so; the last thing seen is in the failure."""
    end = time.monotonic() + limit_s
    while True:
        seen = look()
        if is_so(seen):
            return seen
        assert time.monotonic() < end, f"not so within {limit_s} s; last seen: {seen!r}"
        time.sleep(every_s)


def _prepare(database_url: str) -> None:
    database = Database(database_url)
    clock = SystemClock()
    try:
        database.upgrade()
        load_sample_roadmap(database, clock.now())
        accounts = AccountService(database, clock.now, timedelta(hours=1))
        for role in Role:
            if role is Role.SYSTEM:
                continue
            draft = AccountDraft(
                login=f"test-{role.value}",
                name=f"Test {role.value}",
                role=role,
                password=SecretStr(PASSWORD),
                organisation=OWNER_OF if role is Role.OWNER else None,
            )
            try:
                accounts.add_account(ADMIN, draft)
            except ConflictError:
                continue
    finally:
        database.close()


def _wait_until_ready(instance: RunningInstance, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        assert process.poll() is None, f"nazar ended: {instance.log.read_text()[-3000:]}"
        try:
            if httpx.get(f"{instance.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"nazar did not get ready: {instance.log.read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
