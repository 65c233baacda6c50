"""Asking an ONVIF device what it is, what time it has and what it streams."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final

# A type only; all parsing is defusedxml's.
from xml.etree.ElementTree import Element

from pydantic import SecretStr

from streams.address import StreamAddress
from streams.clock import Clock
from streams.errors import AddressRefusedError, AuthenticationError, OnvifError, StalledError
from streams.network_policy import NetworkPolicy, PinnedAddress
from streams.onvif.envelope import number_at, text_at
from streams.onvif.given_address import HTTP_SCHEMES, read_given
from streams.onvif.media_profile import MediaProfile
from streams.onvif.media_service import MEDIA, MEDIA2, MOST_PROFILES, MediaService, video_profiles
from streams.onvif.soap import Request, SoapClient
from streams.settings import StreamSettings

_DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
_DEVICE_PATH: Final = "/onvif/device_service"
# Each answer has a limit of its own; this one is for a recorder with many channels that gives each slowly.
_LONGEST_S: Final = 120.0
_YEARS: Final = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class OnvifDevice:
    """What a device says of itself; None is what it doesn't say.

    `clock_skew_s` is how far its clock is ahead of this machine's, to the second. `notes` are
    sentences on what an operator should know of its answers.
    """

    address: StreamAddress
    manufacturer: str | None
    model: str | None
    firmware: str | None
    clock_skew_s: int | None
    profiles: tuple[MediaProfile, ...]
    notes: tuple[str, ...] = ()


def look_up(
    address: StreamAddress, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, stop: Event
) -> OnvifDevice:
    """Ask the device at an http:// or https:// address, which needs no path; its log-in is used for every question.

    Raises:
        StreamError: the address is refused, or what answers there can't be asked over ONVIF.
        StoppedError: the run was stopped.
    """
    service = _device_service(address)
    asked = policy.check(service)
    deadline_s = clock.monotonic_s() + _LONGEST_S

    def require_time() -> None:
        if clock.monotonic_s() >= deadline_s:
            raise StalledError(f"{service.display} did not describe all its streams within {_LONGEST_S:g} s.")

    client = SoapClient(policy, settings, clock, stop)
    skew_s = _clock_skew_s(client, service, clock)
    client.clock_skew = timedelta(seconds=skew_s or 0)
    # The first question that needs the log-in: a wrong one is tried no more often than here.
    information = client.call(service, Request(_DEVICE, "GetDeviceInformation"))
    notes: list[str] = []
    profiles: list[MediaProfile] = []
    failure: OnvifError | None = None
    for namespace, given in _media_services(client, service):
        media, note = _service_at(given, asked)
        try:
            profiles = video_profiles(client, MediaService(media, namespace, asked), require_time)
        except OnvifError as error:
            # Some list a Media2 service that answers nothing.
            failure = error
            continue
        if profiles:
            notes += [note] if note else []
            break
    if not profiles:
        raise failure or OnvifError(
            f"{service.display} offers no video over ONVIF. Check that the user may see its streams."
        )
    if len(profiles) == MOST_PROFILES:
        notes.append(f"Only the first {MOST_PROFILES} profiles were asked for.")
    return OnvifDevice(
        address=service,
        manufacturer=text_at(information, "{*}Manufacturer"),
        model=text_at(information, "{*}Model"),
        firmware=text_at(information, "{*}FirmwareVersion"),
        clock_skew_s=skew_s,
        profiles=tuple(profiles),
        notes=tuple(notes),
    )


def _device_service(address: StreamAddress) -> StreamAddress:
    if address.scheme not in HTTP_SCHEMES:
        raise AddressRefusedError(f"{address.display} is no ONVIF address; accepted are http:// and https://.")
    if address.target.get_secret_value() not in ("", "/"):
        return address
    return _at_path(address, _DEVICE_PATH)


def _at_path(address: StreamAddress, target: str) -> StreamAddress:
    return StreamAddress(
        address.scheme, address.host, address.port, SecretStr(target), address.username, address.password
    )


def _clock_skew_s(client: SoapClient, service: StreamAddress, clock: Clock) -> int | None:
    request = Request(_DEVICE, "GetSystemDateAndTime")
    before_at = clock.now()
    try:
        response = client.call(service, request, log_in=False)
    except AuthenticationError:
        # Anybody may ask for the time (ONVIF Core, section 5.9.4), but not every camera knows that.
        if service.username is None:
            raise
        before_at = clock.now()
        response = client.call(service, request)
    except OnvifError:
        return None
    after_at = clock.now()
    shown_at = _time_at(response, "{*}SystemDateAndTime/{*}UTCDateTime")
    if shown_at is None:
        return None
    return round((shown_at - before_at - (after_at - before_at) / 2).total_seconds())


def _time_at(element: Element, path: str) -> datetime | None:
    date = [number_at(element, f"{path}/{{*}}Date/{{*}}{part}") for part in ("Year", "Month", "Day")]
    time = [number_at(element, f"{path}/{{*}}Time/{{*}}{part}") for part in ("Hour", "Minute", "Second")]
    year, month, day, hour, minute, second = (-1 if part is None else part for part in date + time)
    if year not in _YEARS:
        return None
    try:
        # A leap second counts as the one before it.
        return datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=UTC)
    except ValueError:
        return None


def _media_services(client: SoapClient, service: StreamAddress) -> Iterator[tuple[str, str]]:
    """Yield namespace and address of each media service, the better first, then what older devices say."""
    try:
        listed = client.call(service, Request(_DEVICE, "GetServices", "<IncludeCapability>false</IncludeCapability>"))
    except OnvifError:
        listed = None
    if listed is not None:
        given = {
            (entry.findtext("{*}Namespace") or "").strip(): entry.findtext("{*}XAddr") or ""
            for entry in listed.iterfind("{*}Service")
        }
        yield from ((namespace, given[namespace]) for namespace in (MEDIA2, MEDIA) if namespace in given)
        if MEDIA in given:
            return
    capabilities = client.call(service, Request(_DEVICE, "GetCapabilities", "<Category>Media</Category>"))
    yield MEDIA, capabilities.findtext("{*}Capabilities/{*}Media/{*}XAddr") or ""


def _service_at(text: str, asked: PinnedAddress) -> tuple[StreamAddress, str | None]:
    """Return where to ask a service, which is never another host, nor without TLS after it was asked for with it."""
    given = read_given(text.strip(), asked, HTTP_SCHEMES)
    if given.proposed is None:
        # Many devices answer for all services at every path.
        return asked.address, given.note
    if given.proposed.scheme != asked.address.scheme:
        return _at_path(asked.address, given.proposed.target.get_secret_value()), given.note
    return given.proposed, given.note
