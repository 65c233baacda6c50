"""`nazar bench streams`: what watching cameras costs here, beside what others would spend on it."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from api.command_error import CommandError
from api.settings import InstanceSettings
from api.stream_bench.measuring import Cost
from api.stream_bench.policy import POLICIES, TRIAL, TRIAL_KIND, Watcher
from api.stream_bench.report import KindBench, Plan, PolicyBench, StreamsBench, bench_streams
from pipeline.settings import load_settings
from pipeline.watch.tally import WINDOW_S
from streams.stream_kind import USUAL_KINDS

_KINDS = {**USUAL_KINDS, TRIAL: TRIAL_KIND}
_WITHOUT_TRIAL = [name for name in POLICIES if name != TRIAL]


@click.command("streams")
@click.option("--cameras", default=4, show_default=True, type=click.IntRange(1, 400), help="How many are served.")
@click.option(
    "--seconds",
    default=float(WINDOW_S),
    show_default=True,
    type=click.FloatRange(1),
    help="How long each is measured once it goes steadily; in less, a window's picture is counted once or not at all.",
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(_KINDS)), help="Kind of stream; all usual ones.")
@click.option(
    "--policy", "policies", multiple=True, type=click.Choice(list(POLICIES)), help="Sampling; all usual ones."
)
@click.option(
    "--watcher", "watchers", multiple=True, type=click.Choice([one.value for one in Watcher]), help="Who watches; all."
)
@click.option("--clip", type=click.Path(path_type=Path), help="Footage whose first picture the cameras show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def streams(
    cameras: int,
    seconds: float,
    kinds: tuple[str, ...],
    policies: tuple[str, ...],
    watchers: tuple[str, ...],
    clip: Path | None,
    as_json: bool,
) -> None:
    """CPU-ms per camera-second, memory and looks on time, by kind of stream and sampling policy.

    Real RTSP cameras are served on loopback by processes of their own, which are not counted. What `nazar watch`
    takes stands beside ultralytics' loader with its predict, PyAV decoding everything, and the limit: receiving,
    decoding what is looked at, and searching it, with nothing around it.
    """
    if clip is not None and not clip.is_file():
        raise CommandError(f"There is no clip {clip}.")
    plan = Plan(
        kinds={name: _KINDS[name] for name in kinds or USUAL_KINDS},
        policies={name: POLICIES[name] for name in policies or _WITHOUT_TRIAL},
        watchers=[Watcher(name) for name in watchers] or list(Watcher),
        cameras=cameras,
        seconds=seconds,
    )
    bench = bench_streams(plan, load_settings(InstanceSettings), clip)
    if as_json:
        click.echo(json.dumps(asdict(bench), ensure_ascii=False))
    else:
        _print(bench)


def _print(bench: StreamsBench) -> None:
    machine = bench.machine
    click.echo(f"{machine.cores} cores, {machine.core_gflops:.0f} Gflop/s a core, {machine.memory_mb / 1000:.0f} GB")
    click.echo(f"calibration: {bench.calibration_gflops:.0f} Gflop/s")
    for kind in bench.kinds:
        _print_kind(kind)


def _print_kind(kind: KindBench) -> None:
    click.echo()
    click.echo(f"{kind.kind}, {kind.bit_rate / 1e6:.2f} Mbit/s")
    if (parts := kind.parts) is not None:
        click.echo(
            f"CPU-ms of one look: decoded {parts.decode_ms:.1f}, judged {parts.judge_ms:.1f}, searched "
            f"{parts.search_ms:.1f}; of one window's picture: {parts.keep_ms:.0f}"
        )
    for policy in kind.policies:
        _print_policy(policy)


def _print_policy(bench: PolicyBench) -> None:
    click.echo(
        f"  {bench.policy:<16} {'CPU-ms/s':>9} {'x ours':>7} {'MB':>6} {'MB more':>8} {'on time':>8} {'drops':>6}"
    )
    for cost in bench.costs:
        click.echo(f"    {_row(cost, bench.times_ours.get(cost.watcher.value))}")
    foretold = bench.foretold
    click.echo(f"    {'foretold of ours':<14} {foretold.cpu_ms_a_second:>7.2f} {'':>14} {foretold.mb:>8.1f}")
    for name, reason in bench.left_out.items():
        click.echo(f"    {name:<14} left out: {reason}")
    if bench.held is not None:
        click.echo(f"    this machine holds about {bench.held} such cameras")


def _row(cost: Cost, times: float | None) -> str:
    ratio = "" if times is None else f"{times:.2f}"
    more = "" if cost.mb_a_further_camera is None else f"{cost.mb_a_further_camera:.1f}"
    on_time = "" if cost.on_time_share is None else f"{cost.on_time_share:.1%}"
    figures = f"{cost.cpu_ms_a_camera_second:>9.2f} {ratio:>7} {cost.mb:>6.0f} {more:>8} {on_time:>8} {cost.drops:>6}"
    return f"{cost.watcher.value:<14} {figures}"
