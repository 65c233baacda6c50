"""A camera's video over HTTP Live Streaming: a playlist that rolls on, and its segments one by one.

A wait, a lost segment or a server that starts its playlist again doesn't end the run as long as
pictures go on coming; nor does a playlist that fails to load now and then.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import chain
from threading import Event
from typing import Final

from streams.address import StreamAddress
from streams.clock import Clock
from streams.connection import EncodedPicture
from streams.decoding.demuxer import Demuxer
from streams.decoding.video_codec import VideoCodec
from streams.errors import (
    AddressRefusedError,
    NotVideoError,
    StalledError,
    StreamEndedError,
    StreamError,
    UnreachableError,
)
from streams.hls_order import SegmentOrder
from streams.hls_playlist import LARGEST_PLAYLIST_BYTES, MasterPlaylist, MediaPlaylist, Segment, parse_playlist
from streams.hls_segment import HlsSegment
from streams.http_client import HttpClient
from streams.network_policy import NetworkPolicy
from streams.playout import Playout
from streams.settings import StreamSettings
from streams.stoppable_socket import Patience

# The detector looks at pictures of this width.
_ENOUGH_WIDTH_PX: Final = 640
_LARGEST_SEGMENT_BYTES: Final = 32_000_000
_LARGEST_MAP_BYTES: Final = 1_000_000
_SHORTEST_RELOAD_S: Final = 0.5
# RFC 8216, section 6.2.1: a new segment is listed at the latest so many target durations after the last.
_LATEST_SHARE: Final = 1.5


class HlsConnection:
    """Holds the first segment from the moment it is made; no connection stays open between requests.

    The smallest variant that is wide enough is followed, and no other one after it. Pictures of a
    live stream are let through at the pace at which they were taken, not a segment's worth at once.
    """

    def __init__(
        self, address: StreamAddress, policy: NetworkPolicy, settings: StreamSettings, clock: Clock, stop: Event
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._client = HttpClient(policy, settings, clock, stop)
        self._patience = Patience(address.origin, clock, stop, settings.open_timeout_s, UnreachableError)
        self._order = SegmentOrder()
        self._demuxer = Demuxer()
        self._playout = Playout()
        self._trouble: StreamError | None = None
        self._map: tuple[StreamAddress, bytes] | None = None
        self._codec: VideoCodec | None = None
        self._clock_skew_s: float | None = None
        # `_base` is where the playlist came from in the end, `_address` where it is asked for.
        self._address = self._base = address
        self._playlist = self._first_playlist()
        self._loaded_at_s = clock.monotonic_s()
        self._rest = self._segments()
        self._first = first = self._first_segment()
        self._first_codec = first.codec
        self._declared_frame_rate = first.declared_frame_rate

    @property
    def transport(self) -> str:
        """`hls/http` or `hls/https`."""
        return f"hls/{self._base.scheme}"

    @property
    def codec(self) -> VideoCodec:
        """What a decoder needs to know."""
        return self._first_codec

    @property
    def declared_frame_rate(self) -> Fraction | None:
        """What the first segment states, if it states anything."""
        return self._declared_frame_rate

    @property
    def clock_skew_s(self) -> float | None:
        """What the Date of the newest playlist tells, to the second."""
        return self._clock_skew_s

    def pictures(self) -> Iterator[EncodedPicture]:
        """Yield the pictures at the pace at which they were taken, until the playlist says that it has ended."""
        self._allow()
        for segment in chain([self._first], self._rest):
            with closing(segment):
                for picture in segment.pictures():
                    self._allow()
                    self._hold_back(picture)
                    yield picture
                    self._allow()
                    self._trouble = None

    def close(self) -> None:
        """Let go of the segment at hand."""
        self._rest.close()
        self._demuxer.close()

    def _allow(self) -> None:
        """Wait for the next picture from now on as long as a server may need in health, and `read_timeout_s` more."""
        listed_s = _LATEST_SHARE * self._playlist.target_duration_s
        self._patience.allow(self._settings.read_timeout_s + listed_s)

    def _hold_back(self, picture: EncodedPicture) -> None:
        if picture.is_keyframe and picture.pts_s is not None and not self._playlist.is_ended:
            most_s = _LATEST_SHARE * self._playlist.target_duration_s
            self._patience.pause(self._playout.early_s(picture.pts_s, self._clock.monotonic_s(), most_s))

    def _first_segment(self) -> HlsSegment:
        try:
            first = next(self._rest, None)
            if first is None:
                raise self._trouble or NotVideoError(f"{self._address.display} has ended and lists no segment.")
        except BaseException:
            self._demuxer.close()
            raise
        return first

    def _segments(self) -> Generator[HlsSegment, None, None]:
        try:
            yield from self._opened_segments()
        except (StalledError, UnreachableError) as error:
            if self._trouble is None or self._trouble is error:
                raise
            raise type(error)(f"{error} Before that: {self._trouble}") from error

    def _opened_segments(self) -> Iterator[HlsSegment]:
        while True:
            listed = self._order.next(self._playlist)
            if listed is not None:
                segment = self._opened(listed)
                if segment is not None:
                    yield segment
            elif self._playlist.is_ended:
                return
            else:
                self._reload()

    def _opened(self, listed: Segment) -> HlsSegment | None:
        """Fetch and open a segment; None if it isn't to be had, and the next one is to be tried."""
        if listed.is_discontinuous:
            self._playout.restart()
        if listed.is_gap:
            return None
        address = self._named(listed.uri)
        try:
            data = self._map_of(listed) + self._client.get(address, _LARGEST_SEGMENT_BYTES, self._patience).data
        except (NotVideoError, UnreachableError) as error:
            self._tolerate(error)
            return None
        try:
            segment = HlsSegment(self._demuxer, data, address.display)
        except NotVideoError as error:
            if self._codec is None:
                # Nothing was ever read here: no damage, but something else than video.
                raise
            self._tolerate(error)
            return None
        if self._codec is not None and segment.codec.name != self._codec.name:
            segment.close()
            raise StreamEndedError(f"{self._address.display} went over to another codec; connect to it again.")
        self._codec = segment.codec
        return segment

    def _map_of(self, listed: Segment) -> bytes:
        if listed.map_uri is None:
            return b""
        address = self._named(listed.map_uri)
        if self._map is None or self._map[0] != address:
            self._map = address, self._client.get(address, _LARGEST_MAP_BYTES, self._patience).data
        return self._map[1]

    def _named(self, uri: str) -> StreamAddress:
        try:
            return self._base.redirected(uri)
        except AddressRefusedError as error:
            raise AddressRefusedError(f"{self._address.display} lists an address that is refused. {error}") from error

    def _first_playlist(self) -> MediaPlaylist:
        playlist = self._loaded()
        if isinstance(playlist, MediaPlaylist):
            return playlist
        variant = playlist.smallest(_ENOUGH_WIDTH_PX)
        if variant is None:
            raise NotVideoError(f"{self._address.display} lists no variant in H.264 or H.265. Add one in the encoder.")
        self._address = self._named(variant.uri)
        playlist = self._loaded()
        if isinstance(playlist, MediaPlaylist):
            return playlist
        raise NotVideoError(f"{self._address.display} lists variants, and so does the playlist that named it.")

    def _loaded(self) -> MasterPlaylist | MediaPlaylist:
        fetched = self._client.get(self._address, LARGEST_PLAYLIST_BYTES, self._patience)
        playlist = parse_playlist(fetched.data, self._address.display)
        self._base = fetched.address
        self._clock_skew_s = fetched.clock_skew_s
        return playlist

    def _reload(self) -> None:
        every_s = max(_SHORTEST_RELOAD_S, self._playlist.target_duration_s / 2)
        self._patience.pause(self._loaded_at_s + every_s - self._clock.monotonic_s())
        self._loaded_at_s = self._clock.monotonic_s()
        try:
            playlist = self._loaded()
        except (NotVideoError, UnreachableError) as error:
            self._tolerate(error)
            return
        if isinstance(playlist, MediaPlaylist):
            self._playlist = playlist

    def _tolerate(self, error: StreamError) -> None:
        """Go on in spite of an error, unless time is up; it is told with the error that ends the run."""
        self._patience.require()
        self._trouble = error
