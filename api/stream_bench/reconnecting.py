"""What stays behind of reconnects: memory after many of them, beside memory after few."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from api.settings import InstanceSettings
from api.stream_bench.looks import read_looks
from api.stream_bench.measuring import require_running, running
from api.stream_bench.policy import Policy, Watcher
from api.stream_bench.registration import Registration, bench_settings
from api.stream_bench.report import camera_view
from api.stream_bench.subject import Assignment
from api.stream_bench.usage import usage_of
from api.wiring import open_instance
from models.words import Sampling
from streams.bench.cameras import serving
from streams.bench.clip import write_pictures
from streams.stream_kind import StreamKind

_POLL_S = 0.2
_POLICY = Policy(Sampling.CONTINUOUS, 1.0)


@dataclass(frozen=True, slots=True)
class Reconnected:
    """Memory (PSS) of Nazar's processes after so many runs that broke off, each behind its first look."""

    after_few: int
    mb_after_few: float
    after_many: int
    mb_after_many: float

    @property
    def mb_grown(self) -> float:
        """What the runs between left behind."""
        return self.mb_after_many - self.mb_after_few


def measure_reconnects(kind: StreamKind, few: int, many: int, settings: InstanceSettings) -> Reconnected:
    """Watch one camera as `nazar watch` does, and break each of `many` connections off.

    Raises:
        CommandError: it ended by itself; with its last words.
        UnreachableError: no cameras can be served here.
    """
    with tempfile.TemporaryDirectory(prefix="nazar-bench-") as scratch:
        folder, pictures = Path(scratch) / "watch", Path(scratch) / "pictures"
        folder.mkdir()
        write_pictures(kind, camera_view(None), pictures)
        with (
            serving(kind, pictures, 1) as addresses,
            open_instance(bench_settings(settings, folder)) as instance,
        ):
            Registration(instance).add(addresses[0], _POLICY)
            assignment = Assignment(Watcher.NAZAR, _POLICY, addresses, folder, breaks_off=True)
            with running(assignment) as process:
                found = []
                for count in (few, many):
                    while sum(map(len, read_looks(assignment.looks_file).values())) < count:
                        require_running(process, folder)
                        time.sleep(_POLL_S)
                    found.append(usage_of(process.pid).pss_mb)
    return Reconnected(few, found[0], many, found[1])
