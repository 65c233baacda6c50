"""`nazar bench streams` measures real cameras in a real process; how cheap they are is tools/bench.py's business."""

import json
import os
import subprocess
import sys

import pytest

from api.stream_bench.looks import looks_on_time
from api.stream_bench.usage import usage_of

# Three processes start, encode and compile networks, which takes a busy machine a while.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def kind() -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAZAR_")}
    options = ["--cameras", "1", "--seconds", "3", "--kind", "trial", "--policy", "trial", "--json"]
    watchers = ["--watcher", "nazar", "--watcher", "limit"]
    command = [sys.executable, "-m", "api.cli.main", "bench", "streams", *options, *watchers]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=550)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["kinds"]
    assert isinstance(found, dict)
    return found


def test_a_camera_is_served_at_the_bit_rate_of_its_kind(kind: dict[str, object]) -> None:
    assert isinstance(kind["bit_rate"], int)
    assert 150_000 <= kind["bit_rate"] <= 260_000


def test_the_parts_of_a_look_are_measured_by_themselves(kind: dict[str, object]) -> None:
    assert isinstance(kind["parts"], dict)
    assert set(kind["parts"]) == {"decode_ms", "judge_ms", "search_ms", "keep_ms"}
    assert all(figure > 0 for figure in kind["parts"].values())


def test_ours_stands_beside_the_limit_and_what_was_foretold(kind: dict[str, object]) -> None:
    assert isinstance(kind["policies"], list)
    (policy,) = kind["policies"]
    ours, limit = policy["costs"]
    assert (ours["watcher"], limit["watcher"], policy["left_out"]) == ("nazar", "limit", {})
    assert all(cost["cpu_ms_a_camera_second"] > 0 and cost["mb"] > 0 for cost in (ours, limit))
    assert policy["times_ours"] == {
        "limit": pytest.approx(limit["cpu_ms_a_camera_second"] / ours["cpu_ms_a_camera_second"])
    }
    # The looks were looks: pictures that are taken for frozen or black are not searched, and cost next to nothing.
    assert ours["usable_share"] > 0.5
    assert policy["foretold"]["receive_ms"] > 0
    assert isinstance(policy["held"], int)


def test_a_look_is_on_time_until_the_next_falls_due_and_counts_once() -> None:
    punctual = {"a": [0.0, 10.2, 20.1, 30.4, 40.0]}
    assert looks_on_time(punctual, 10, from_s=5, until_s=50) == (4, 4)
    one_missed = {"a": [0.0, 10.2, 30.4, 40.0]}
    assert looks_on_time(one_missed, 10, from_s=5, until_s=50) == (4, 3)
    bursts = {"a": [0.0, 2.0, 4.0, 60.0, 62.0, 64.0]}
    assert looks_on_time(bursts, 60, from_s=5, until_s=120) == (1, 1)
    # One that is never looked at owes its looks all the same.
    assert looks_on_time({"a": [0.0], "b": []}, 10, from_s=0, until_s=25) == (4, 1)


def test_a_process_is_counted_with_its_children() -> None:
    program = (
        "import subprocess, sys; x = sum(range(3_000_000));"
        "child = subprocess.Popen([sys.executable, '-c', 'x = sum(range(3_000_000)); print(1, flush=True); input()'],"
        " stdin=subprocess.PIPE); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        usage = usage_of(process.pid)
        process.kill()
    assert usage.processes == 2
    assert usage.cpu_s > 0
    assert usage.pss_mb > 5
