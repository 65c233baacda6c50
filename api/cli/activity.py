"""`nazar activity`: who and what is at work in a clip."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from api.progress import progress_bar
from api.settings import InstanceSettings
from pipeline.clip_activity import LOOK_EVERY_S, ClipActivity, watch_clip
from pipeline.clip_zones import offset_note, read_zones
from pipeline.settings import load_settings
from pipeline.signals.work_sampling import Estimate
from vision.activity_segment import ActivitySegment
from vision.sight import open_detector

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_UNDATED = "Nothing says when it was taken, so seconds count from its first picture. Give its times with --times."
_ONE_LOOK = "One picture tells who is there, and nothing of what machines do."


@click.command("activity")
@click.argument("clip", type=_FILE)
@click.option("--zones", "zones_file", type=_FILE, help="Zones on its picture: a list of them, or its site's card.")
@click.option("--times", "times_file", type=_FILE, help="When its pictures were taken; CLIP.times.json if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(clip: Path, zones_file: Path | None, times_file: Path | None, as_json: bool) -> int:
    """Say who and what is at work in CLIP, a recorded video.

    About five pictures of a second are looked at. Machines are working or idle by the motion inside their boxes, and
    unknown where that can't be told. Without a file of times all seconds count from the first picture.
    """
    drawn = None if zones_file is None else read_zones(zones_file, clip)
    sidecar = clip.with_suffix(".times.json")
    times = times_file or (sidecar if sidecar.is_file() else None)
    note = offset_note(zones_file, times)
    detector = open_detector(load_settings(InstanceSettings).vision)
    with progress_bar(clip.name, None) as advance:
        activity = watch_clip(clip, times, detector, drawn, advance).activity
    notes = [one for one in (note, *_notes(activity)) if one is not None]
    if as_json:
        click.echo(json.dumps({**as_stored(activity), "notes": notes}, ensure_ascii=False))
        return 0
    _print(activity)
    for one in notes:
        click.echo(f"\n{one}")
    return 0


def as_stored(activity: ClipActivity) -> dict[str, Any]:
    """A clip's figures as JSON."""
    at = activity.first_at
    people = activity.people
    return {
        "clip": activity.clip,
        "width_px": activity.width_px,
        "height_px": activity.height_px,
        "looks": activity.looks,
        "look_every_s": LOOK_EVERY_S,
        "seconds": round(activity.seconds, 3),
        "times_are_known": at is not None,
        "first_at": _moment(at),
        "last_at": _moment(activity.last_at),
        "looks_usable": activity.looks - sum(activity.not_usable.values()),
        "not_usable": dict(activity.not_usable),
        "people": {
            "mean": None if people.mean is None else round(people.mean, 3),
            "most": people.most,
            "looks": people.looks,
            "looks_with": people.looks_with,
            "share_with": _estimate(people.share_with),
        },
        "seen": {
            label: {"group": tally.group, "looks": tally.looks, "total": tally.total, "most": tally.most}
            for label, tally in sorted(activity.labels.items())
        },
        "machines": {
            one.label: {
                "tracks": one.tracks,
                "most": one.most,
                "working_s": round(one.seconds.working_s, 2),
                "idle_s": round(one.seconds.idle_s, 2),
                "unknown_s": round(one.seconds.unknown_s, 2),
                "share_working": _estimate(one.share_working),
            }
            for one in activity.machines
        },
        "segments": [_segment(one, at) for one in activity.segments],
        "zones": {
            zone: {
                label: {"group": tally.group, "looks": tally.looks, "total": tally.total, "most": tally.most}
                for label, tally in sorted(here.items())
            }
            for zone, here in sorted(activity.zones.items())
        },
        "gates": {
            gate: {
                label: {"arrivals": one.arrivals, "departures": one.departures} for label, one in sorted(here.items())
            }
            for gate, here in sorted(activity.crossings.items())
        },
        "detector": activity.detector,
        "weights_sha256": activity.weights_sha256,
        "input_sha256": activity.input_sha256,
        "rule_version": activity.rule_version,
    }


def _notes(activity: ClipActivity) -> list[str]:
    notes = []
    if activity.first_at is None:
        notes.append(_UNDATED)
    if activity.looks == 1:
        notes.append(_ONE_LOOK)
    return notes


def _segment(segment: ActivitySegment, first_at: datetime | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "track": segment.track_id,
        "label": segment.label.name,
        "group": segment.label.group.value,
        "state": None if segment.state is None else segment.state.value,
        "from_s": round(segment.starts_s, 3),
        "to_s": round(segment.ends_s, 3),
        "looks": segment.looks,
    }
    if first_at is not None:
        told["from_at"] = _moment(first_at + timedelta(seconds=segment.starts_s))
        told["to_at"] = _moment(first_at + timedelta(seconds=segment.ends_s))
    return told


def _print(activity: ClipActivity) -> None:
    when = "" if activity.first_at is None else f", from {_moment(activity.first_at)} to {_moment(activity.last_at)}"
    click.echo(
        f"{activity.clip}: {activity.looks} looks over {activity.seconds:.1f} s at "
        f"{activity.width_px} x {activity.height_px} px{when}"
    )
    unusable = ", ".join(f"{name} {looks}" for name, looks in sorted(activity.not_usable.items()))
    click.echo(f"not usable: {unusable or 'none'}")
    people = activity.people
    if people.mean is None:
        click.echo("people: not known, no look was usable")
    else:
        click.echo(
            f"people: {people.mean:.1f} a look, {people.most} at most; in {people.looks_with} of {people.looks} looks, "
            f"{_share(people.share_with)}"
        )
    _print_machines(activity)
    _print_zones(activity)
    if activity.segments:
        click.echo(f"\n{'track':>8} {'what':<14} {'state':<8} {'from s':>8} {'to s':>8}")
        for one in activity.segments:
            state = "" if one.state is None else one.state.value
            click.echo(f"{one.track_id:>8} {one.label.name:<14} {state:<8} {one.starts_s:>8.1f} {one.ends_s:>8.1f}")
    click.echo(f"\n{activity.detector}, weights {activity.weights_sha256}\nrule {activity.rule_version}")


def _print_machines(activity: ClipActivity) -> None:
    if not activity.machines:
        click.echo("machines: none")
        return
    click.echo(
        f"\n{'machines':<14} {'most':>5} {'tracks':>7} {'working s':>10} {'idle s':>8} {'unknown s':>10}  working, of "
        "what could be told"
    )
    for one in activity.machines:
        seconds = one.seconds
        click.echo(
            f"{one.label:<14} {one.most:>5} {one.tracks:>7} {seconds.working_s:>10.1f} {seconds.idle_s:>8.1f} "
            f"{seconds.unknown_s:>10.1f}  {_share(one.share_working)}"
        )


def _print_zones(activity: ClipActivity) -> None:
    if activity.zones:
        click.echo(f"\n{'zone':<20} {'what':<14} {'looks':>6} {'a look':>7} {'most':>5}")
    usable = max(1, activity.people.looks)
    for zone, here in sorted(activity.zones.items()):
        for label, tally in sorted(here.items()):
            click.echo(f"{zone:<20} {label:<14} {tally.looks:>6} {tally.total / usable:>7.1f} {tally.most:>5}")
    if activity.crossings:
        click.echo(f"\n{'gate':<20} {'what':<14} {'in':>6} {'out':>7}")
    for gate, passed in sorted(activity.crossings.items()):
        for label, one in sorted(passed.items()):
            click.echo(f"{gate:<20} {label:<14} {one.arrivals:>6} {one.departures:>7}")


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return "not known"
    return f"{estimate.value:.0%} (95 % interval {estimate.low:.0%} to {estimate.high:.0%})"


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
