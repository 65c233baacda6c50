"""`nazar onvif`: cameras on the site's network, and what they stream."""

import json
import os
from ipaddress import ip_network
from threading import Event
from typing import Any, Final

import click

from api.command_error import CommandError
from api.settings import InstanceSettings
from pipeline.clock import SystemClock
from pipeline.settings import load_settings
from streams.address import StreamAddress
from streams.network_policy import NetworkPolicy
from streams.onvif.device import OnvifDevice, look_up
from streams.onvif.discovery import DISCOVERY_PORT, DiscoveredDevice, discover
from streams.onvif.given_address import GivenAddress
from streams.onvif.media_profile import MediaProfile, choose_profile
from streams.settings import StreamSettings

_LOG_IN_VARIABLE: Final = "NAZAR_CAMERA_PASSWORD"

_OWN_MACHINE: Final = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# A clock this far off puts pictures into the wrong window.
_CLOCK_IS_WRONG_S: Final = 60


@click.group("onvif")
def command() -> None:
    """Find cameras that speak ONVIF, and ask them what they stream."""


@command.command("discover")
@click.option("--to", "hosts", multiple=True, metavar="HOST[:PORT]", help="Ask this host too, also behind a router.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=4.0, show_default=True, help="How long to wait for answers."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def discover_command(hosts: tuple[str, ...], seconds: float, as_json: bool) -> None:
    """Ask this machine's networks for cameras, and print who answers."""
    settings = _settings()
    to = [_discovery_address(host) for host in hosts]
    devices = discover(to, _policy(settings), SystemClock(), Event(), listen_s=seconds)
    if as_json:
        click.echo(json.dumps([_device_values(device) for device in devices], ensure_ascii=False))
        return
    if not devices:
        click.echo("Nobody answered. Questions seldom cross a router: name hosts behind one with --to.")
    for device in devices:
        click.echo(f"{device.name or 'no name'}, {device.hardware or 'hardware not told'}")
        click.echo(f"  address   {' '.join(address.display for address in device.addresses) or 'not told'}")
        click.echo(f"  location  {device.location or 'not told'}")
        click.echo(f"  endpoint  {device.endpoint}, answered from {device.answered_from}")


@command.command("look-up")
@click.argument("address")
@click.option("--username", help=f"The camera's user; the password is asked for, or taken from {_LOG_IN_VARIABLE}.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def look_up_command(address: str, username: str | None, as_json: bool) -> None:
    """Ask the camera at ADDRESS (a host, or an http address) what it is and what it streams."""
    settings = _settings()
    service = _service_address(address, username)
    device = look_up(service, _policy(settings), settings, SystemClock(), Event())
    chosen = choose_profile(device.profiles)
    if as_json:
        click.echo(json.dumps(_look_up_values(device, chosen), ensure_ascii=False))
        return
    click.echo(f"camera    {device.manufacturer or 'not told'} {device.model or ''}".rstrip())
    click.echo(f"firmware  {device.firmware or 'not told'}")
    click.echo(f"clock     {_clock(device.clock_skew_s)}")
    for profile in device.profiles:
        _print_profile(profile, is_chosen=profile is chosen)
    for note in device.notes:
        click.echo(f"note      {note}")
    if chosen is None:
        click.echo("No profile can be watched: none is H.264 or H.265 with an address.")


def _settings() -> StreamSettings:
    # The one NAZAR_ variable that is no setting: it belongs to one call, not to an instance.
    environment = {name: value for name, value in os.environ.items() if name != _LOG_IN_VARIABLE}
    return load_settings(InstanceSettings, environment).streams


def _policy(settings: StreamSettings) -> NetworkPolicy:
    # Whoever types here reaches this machine's own ports anyway; a registered camera may not.
    return NetworkPolicy((*settings.allowed_networks, *_OWN_MACHINE))


def _discovery_address(host: str) -> StreamAddress:
    has_port = ":" in host.rpartition("]")[2]
    return StreamAddress.parse(f"http://{host}" if has_port else f"http://{host}:{DISCOVERY_PORT}")


def _service_address(text: str, username: str | None) -> StreamAddress:
    text = text if "://" in text else f"http://{text}"
    address = StreamAddress.parse(text)
    if address.username is not None:
        raise CommandError(
            f"The address holds a log-in, which others can read off the list of processes. Give --username, and the "
            f"password by {_LOG_IN_VARIABLE} or when asked."
        )
    if username is None:
        return address
    password = os.environ.get(_LOG_IN_VARIABLE)
    if password is None:
        password = click.prompt("Password", hide_input=True, err=True)
    return StreamAddress.parse(text, username=username, password=password)


def _clock(skew_s: int | None) -> str:
    if skew_s is None:
        return "not told"
    if abs(skew_s) < _CLOCK_IS_WRONG_S:
        return f"right to {abs(skew_s)} s"
    return f"{abs(skew_s)} s {'ahead' if skew_s > 0 else 'behind'}: set it, or have the camera take its time over NTP"


def _print_profile(profile: MediaProfile, *, is_chosen: bool) -> None:
    rate, interval = profile.frame_rate, profile.keyframe_interval_s
    facts = [
        profile.codec or "codec not told",
        "size not told" if profile.width_px is None else f"{profile.width_px} x {profile.height_px} px",
        "frame rate not told" if rate is None else f"{float(rate):g} frames/s",
        "keyframe interval not told" if interval is None else f"a keyframe every {interval:g} s",
        "bitrate not told" if profile.bitrate_kbit_s is None else f"{profile.bitrate_kbit_s} kbit/s",
    ]
    click.echo(f"profile   {profile.name} ({profile.token}){', proposed' if is_chosen else ''}: {', '.join(facts)}")
    for kind, given in (("stream", profile.stream), ("snapshot", profile.snapshot)):
        click.echo(f"  {kind:9}{'none' if given.proposed is None else given.proposed.display}")
        if given.note:
            click.echo(f"           {given.note}")


def _device_values(device: DiscoveredDevice) -> dict[str, Any]:
    return {
        "endpoint": device.endpoint,
        "addresses": [address.display for address in device.addresses],
        "name": device.name,
        "hardware": device.hardware,
        "location": device.location,
        "answered_from": device.answered_from,
    }


def _look_up_values(device: OnvifDevice, chosen: MediaProfile | None) -> dict[str, Any]:
    return {
        "address": device.address.display,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "firmware": device.firmware,
        "clock_skew_s": device.clock_skew_s,
        "profiles": [_profile_values(profile) for profile in device.profiles],
        "proposed_profile": None if chosen is None else chosen.token,
        "notes": list(device.notes),
    }


def _profile_values(profile: MediaProfile) -> dict[str, Any]:
    interval = profile.keyframe_interval_s
    return {
        "token": profile.token,
        "name": profile.name,
        "codec": profile.codec,
        "width_px": profile.width_px,
        "height_px": profile.height_px,
        "frame_rate": None if profile.frame_rate is None else round(float(profile.frame_rate), 3),
        "keyframe_interval_frames": profile.keyframe_interval_frames,
        "keyframe_interval_s": None if interval is None else round(interval, 3),
        "bitrate_kbit_s": profile.bitrate_kbit_s,
        "stream": _given_values(profile.stream),
        "snapshot": _given_values(profile.snapshot),
    }


def _given_values(given: GivenAddress) -> dict[str, str | None]:
    return {
        "given": None if given.given is None else given.given.display,
        "proposed": None if given.proposed is None else given.proposed.display,
        "note": given.note,
    }
