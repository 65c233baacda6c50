"""The bars on watching cameras, as `nazar bench streams` measures them; each in full, or short to see that it runs."""

from api.settings import InstanceSettings
from api.stream_bench.measuring import Cost
from api.stream_bench.policy import POLICIES, TRIAL, TRIAL_KIND, Watcher
from api.stream_bench.reconnecting import measure_reconnects
from api.stream_bench.report import Plan, PolicyBench, bench_streams
from pipeline.settings import load_settings
from pipeline.watch.tally import WINDOW_S
from streams.stream_kind import USUAL_KINDS
from tools.timing import Timing

_SUBSTREAM = "360p-h264"
# Of the limit: receive, decode what is looked at, search it.
_TIMES_LIMIT = 1.25
# Of large pictures; to decode all of a substream costs hardly more than to receive it. At a look a minute the camera is
# opened for each one.
_TIMES_LOADER = {"continuous-10s": 10.0, "glimpse-60s": 40.0}
_LARGE_FROM_PX = 1280
# Ours for a whole window; the others, which keep no pictures, as long as it takes two looks a minute apart.
_CAMERAS, _OTHERS_SECONDS = 4, 120.0
_MB_A_FURTHER_CAMERA = 15.0
_ON_TIME_PERCENT = 95.0
_MANY_CAMERAS, _MANY_SECONDS = 100, 600.0
_FEW_RECONNECTS, _MANY_RECONNECTS = 200, 1000
# What allocators take and give back by themselves; a leak of 40 kB a reconnect is twice as much.
_MB_GROWN = 16.0


def streams() -> list[Timing]:
    """CPU of ours beside the limit and beside ultralytics' loader, for all usual kinds; takes an hour and a half."""
    return [
        timing
        for kind in USUAL_KINDS
        for policy in POLICIES
        if policy != TRIAL
        for timing in _timings(kind, policy, float(WINDOW_S), _OTHERS_SECONDS)
    ]


def streams_short() -> list[Timing]:
    """One kind for a few seconds: to see that it runs."""
    return _timings(_SUBSTREAM, "continuous-10s", 20.0, 10.0)


def hundred() -> list[Timing]:
    """A hundred cameras on substreams for ten minutes, a look every 10 s; the servers on the same cores."""
    return _together(_SUBSTREAM, "continuous-10s", _MANY_CAMERAS, _MANY_SECONDS)


def hundred_short() -> list[Timing]:
    """Two cameras for a few seconds: to see that it runs."""
    return _together(TRIAL, TRIAL, 2, 5.0)


def reconnects() -> list[Timing]:
    """Memory from the 200th to the 1,000th connection that broke off."""
    return _reconnects(_FEW_RECONNECTS, _MANY_RECONNECTS)


def reconnects_short() -> list[Timing]:
    """A few connections: to see that it runs."""
    return _reconnects(4, 8)


def _timings(kind: str, policy: str, seconds: float, others_seconds: float) -> list[Timing]:
    cost = _cost(_bench(kind, policy, [Watcher.NAZAR], _CAMERAS, seconds), Watcher.NAZAR)
    limit = _cost(_bench(kind, policy, [Watcher.LIMIT], _CAMERAS, others_seconds), Watcher.LIMIT)
    times = cost.cpu_ms_a_camera_second / limit.cpu_ms_a_camera_second
    found = [Timing(f"{kind}, {policy}: ours of the limit", times, "x", _TIMES_LIMIT)]
    if policy in _TIMES_LOADER and USUAL_KINDS[kind].width_px >= _LARGE_FROM_PX:
        loader = _cost(_bench(kind, policy, [Watcher.ULTRALYTICS], _CAMERAS, others_seconds), Watcher.ULTRALYTICS)
        fewer = loader.cpu_ms_a_camera_second / cost.cpu_ms_a_camera_second
        found.append(
            Timing(f"{kind}, {policy}: ultralytics' of ours", fewer, "x", _TIMES_LOADER[policy], is_most=False)
        )
    return found


def _together(kind: str, policy: str, cameras: int, seconds: float) -> list[Timing]:
    cost = _cost(_bench(kind, policy, [Watcher.NAZAR], cameras, seconds), Watcher.NAZAR)
    on_time, more = 100 * (cost.on_time_share or 0.0), cost.mb_a_further_camera or 0.0
    return [
        Timing(f"{cameras} cameras, looks on time", on_time, "%", _ON_TIME_PERCENT, is_most=False),
        Timing(f"{cameras} cameras, each further one's PSS", more, "MB", _MB_A_FURTHER_CAMERA),
    ]


def _reconnects(few: int, many: int) -> list[Timing]:
    found = measure_reconnects(TRIAL_KIND, few, many, load_settings(InstanceSettings))
    return [Timing(f"PSS grown from {few} to {many} reconnects", found.mb_grown, "MB", _MB_GROWN)]


def _bench(kind: str, policy: str, watchers: list[Watcher], cameras: int, seconds: float) -> PolicyBench:
    stream = TRIAL_KIND if kind == TRIAL else USUAL_KINDS[kind]
    plan = Plan({kind: stream}, {policy: POLICIES[policy]}, watchers, cameras, seconds, with_parts=False)
    return bench_streams(plan, load_settings(InstanceSettings)).kinds[0].policies[0]


def _cost(bench: PolicyBench, watcher: Watcher) -> Cost:
    cost = bench.cost_of(watcher)
    if cost is None:
        raise RuntimeError(f"{watcher.value} was not measured: {bench.left_out.get(watcher.value, 'not asked for')}")
    return cost
