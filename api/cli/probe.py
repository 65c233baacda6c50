"""`nazar probe`: what a camera's address sends, and what to do about it."""

import json
from ipaddress import ip_network

import click

from api.settings import InstanceSettings
from models.words import Sampling
from pipeline.advice import ProposedPolicy
from pipeline.clock import SystemClock
from pipeline.probe_facts import ProbeFacts
from pipeline.settings import load_settings
from streams.address import StreamAddress
from streams.decoding.decoder_pool import DecoderPool
from streams.network_policy import NetworkPolicy
from streams.probe import probe

_OWN_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@click.command("probe")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(url: str, as_json: bool) -> None:
    """Open URL, listen for a few seconds, and print what it sends, what to set in the camera, and how to look at it."""
    settings = load_settings(InstanceSettings).streams
    address = StreamAddress.parse(url)
    # Whoever types here reaches this machine's own ports anyway; a registered camera may not.
    policy = NetworkPolicy((*settings.allowed_networks, *_OWN_MACHINE))
    with DecoderPool(1, settings.decode_timeout_s) as decoder:
        report = probe(address, policy, settings, SystemClock(), decoder)
    facts = ProbeFacts.of(address, report)
    if as_json:
        click.echo(json.dumps(facts.model_dump(mode="json"), ensure_ascii=False))
        return
    click.echo(f"address            {facts.address}")
    click.echo(f"transport          {facts.transport}")
    click.echo(f"codec              {facts.codec}{', a single picture' if facts.is_single_picture else ''}")
    click.echo(f"size               {facts.width_px} x {facts.height_px} px")
    click.echo(f"frame rate         {_frame_rate(facts)}")
    click.echo(f"bit rate           {_or_not_told(facts.bitrate_kbit_s, 'kbit/s')}")
    click.echo(f"keyframe interval  {_keyframe_interval(facts)}")
    click.echo(f"clock              {_clock(facts.clock_skew_s)}")
    click.echo(f"listened           {facts.listened_s:g} s")
    for advice in facts.advice:
        click.echo(f"advice             {advice.text}")
    click.echo(f"proposed           {_proposed(facts.proposed)}")
    click.echo(f"cost               {facts.cost}")


def _or_not_told(value: float | None, unit: str) -> str:
    return "not told" if value is None else f"{value:g} {unit}"


def _frame_rate(facts: ProbeFacts) -> str:
    declared = facts.declared_frame_rate
    stated = "" if declared is None else f", the camera states {declared:g}"
    return f"{_or_not_told(facts.frame_rate, 'frames/s')}{stated}"


def _keyframe_interval(facts: ProbeFacts) -> str:
    if facts.keyframe_interval_over_s is not None:
        return f"more than {facts.keyframe_interval_over_s:g} s"
    return _or_not_told(facts.keyframe_interval_s, "s")


def _clock(skew_s: float | None) -> str:
    if skew_s is None:
        return "not told"
    return f"{abs(skew_s):g} s {'behind' if skew_s < 0 else 'ahead'}"


def _proposed(policy: ProposedPolicy) -> str:
    burst = f" for {policy.burst_s:g} s" if policy.sampling is Sampling.BURST else ""
    return f"sampling {policy.sampling}, every {policy.look_every_s:g} s{burst}, RTSP transport {policy.rtsp_transport}"
