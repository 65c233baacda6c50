"""All that `nazar bench streams` measures, beside each other and beside what was foretold."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.stream_bench.measuring import Cost, measure
from api.stream_bench.parts import Parts, measure_parts
from api.stream_bench.policy import Policy, Watcher
from pipeline.capacity import CameraCost, Machine, Watching, camera_cost, cameras_held
from pipeline.this_machine import this_machine
from sample_footage.footage import SITES, decode
from streams.bench.cameras import serving
from streams.bench.clip import write_pictures
from streams.stream_kind import StreamKind
from vision.detector import Image
from vision.speed import calibration_gflops


@dataclass(frozen=True, slots=True)
class PolicyBench:
    """One policy: what each watcher cost, what was foretold of ours, and what follows.

    `times_ours` is each other watcher's processor time over ours, so below 1 for the limit. `held` is how many
    such cameras this machine holds by what was measured; by memory only where a further camera's was.
    """

    policy: str
    costs: tuple[Cost, ...]
    foretold: CameraCost
    times_ours: dict[str, float]
    held: int | None
    left_out: dict[str, str]

    def cost_of(self, watcher: Watcher) -> Cost | None:
        """What a watcher cost, if it was measured."""
        return next((cost for cost in self.costs if cost.watcher is watcher), None)


@dataclass(frozen=True, slots=True)
class KindBench:
    """One kind of stream at its true bit rate."""

    kind: str
    bit_rate: int
    parts: Parts | None
    policies: tuple[PolicyBench, ...]


@dataclass(frozen=True, slots=True)
class StreamsBench:
    """What `nazar bench streams` prints; `calibration_gflops` is of all cores, as free as they were."""

    machine: Machine
    calibration_gflops: float
    kinds: tuple[KindBench, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured: by their names, kinds of streams and sampling policies; by whom; and for how long.

    `with_parts`, what a look is made of is measured by itself too.
    """

    kinds: Mapping[str, StreamKind]
    policies: Mapping[str, Policy]
    watchers: Sequence[Watcher]
    cameras: int
    seconds: float
    with_parts: bool = True


def bench_streams(plan: Plan, settings: InstanceSettings, clip: Path | None = None) -> StreamsBench:
    """Measure what is planned; the cameras look at the first picture of `clip`, or of the sample footage.

    Raises:
        UnreachableError: no cameras can be served here.
        CommandError: there is no picture to look at, or ours did not get going.
    """
    machine, view = this_machine(), camera_view(clip)
    with tempfile.TemporaryDirectory(prefix="nazar-bench-") as folder:
        kinds = tuple(
            _bench_kind(name, kind, plan, machine, view, settings, Path(folder) / name)
            for name, kind in plan.kinds.items()
        )
    return StreamsBench(machine, calibration_gflops(), kinds)


def camera_view(clip: Path | None) -> Image:
    """What the measured cameras look at: the first picture of `clip`, or of the sample footage.

    Raises:
        CommandError: there is none.
    """
    clips = [clip] if clip is not None else sorted(SITES.rglob("*.mp4"))
    for image in islice((image for one in clips for image in decode(one)), 1):
        return image
    raise CommandError(f"There is no footage under {SITES} for cameras to show. Give a clip with --clip.")


def _bench_kind(
    name: str, kind: StreamKind, plan: Plan, machine: Machine, view: Image, settings: InstanceSettings, folder: Path
) -> KindBench:
    folder.mkdir()
    pictures = folder / "pictures"
    bit_rate = write_pictures(kind, view, pictures)
    parts = measure_parts(kind, pictures, settings, folder / "parts") if plan.with_parts else None
    policies = []
    with serving(kind, pictures, plan.cameras) as addresses:
        for policy_name, policy in plan.policies.items():
            costs, left_out = list[Cost](), dict[str, str]()
            for watcher in (one for one in plan.watchers if one.can_watch(policy)):
                place = folder / policy_name / watcher.value
                try:
                    costs.append(measure(watcher, policy, addresses, plan.seconds, settings, place))
                except CommandError as error:
                    if watcher is Watcher.NAZAR:
                        raise
                    left_out[watcher.value] = str(error)
            policies.append(_policy_bench(policy_name, policy, kind, costs, left_out, machine))
    return KindBench(name, bit_rate, parts, tuple(policies))


def _policy_bench(
    name: str, policy: Policy, kind: StreamKind, costs: Sequence[Cost], left_out: dict[str, str], machine: Machine
) -> PolicyBench:
    foretold = camera_cost(Watching(kind, policy.sampling, policy.look_every_s, policy.burst_s), machine)
    ours = next((cost for cost in costs if cost.watcher is Watcher.NAZAR), None)
    times = dict(_times(ours, costs)) if ours is not None and ours.cpu_ms_a_camera_second > 0 else {}
    held = None if ours is None else cameras_held(_as_measured(ours, foretold), machine)
    return PolicyBench(name, tuple(costs), foretold, times, held, left_out)


def _times(ours: Cost, costs: Sequence[Cost]) -> Iterator[tuple[str, float]]:
    for cost in costs:
        if cost is not ours:
            yield cost.watcher.value, cost.cpu_ms_a_camera_second / ours.cpu_ms_a_camera_second


def _as_measured(ours: Cost, foretold: CameraCost) -> CameraCost:
    mb = ours.mb_a_further_camera
    return CameraCost(ours.cpu_ms_a_camera_second, 0.0, 0.0, foretold.mb if mb is None or mb <= 0 else mb)
