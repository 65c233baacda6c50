"""`nazar probe`: what a camera's address sends."""

import json
from ipaddress import ip_network

import click

from api.settings import InstanceSettings
from pipeline.clock import SystemClock
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
    """Open URL, listen for a few seconds, and print codec, size, frame rate and keyframe interval."""
    settings = load_settings(InstanceSettings).streams
    address = StreamAddress.parse(url)
    # Whoever types here reaches this machine's own ports anyway; a registered camera may not.
    policy = NetworkPolicy((*settings.allowed_networks, *_OWN_MACHINE))
    with DecoderPool(1, settings.decode_timeout_s) as decoder:
        report = probe(address, policy, settings, SystemClock(), decoder)
    rate = None if report.frame_rate is None else round(float(report.frame_rate), 3)
    interval = None if report.keyframe_interval_s is None else round(report.keyframe_interval_s, 3)
    if as_json:
        values = {
            "address": address.display,
            "codec": report.codec,
            "width_px": report.width_px,
            "height_px": report.height_px,
            "frame_rate": rate,
            "keyframe_interval_s": interval,
        }
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    click.echo(f"address            {address.display}")
    click.echo(f"codec              {report.codec}")
    click.echo(f"size               {report.width_px} x {report.height_px} px")
    click.echo(f"frame rate         {'not told' if rate is None else f'{rate:g} frames/s'}")
    click.echo(f"keyframe interval  {'fewer than two keyframes came' if interval is None else f'{interval:g} s'}")
