"""Which segment of a live playlist is read next."""

from dataclasses import replace
from typing import Final

from streams.hls_playlist import MediaPlaylist, Segment

# The newest but one: its successor is there by the time it is through, so nothing has to be waited for.
_FROM_THE_END: Final = 2
# With more than this unread, somebody is slower than the stream; what is old is left out.
_MOST_UNREAD: Final = 4


class SegmentOrder:
    """Goes through a playlist that rolls on, also where its numbers jump on or start again."""

    def __init__(self) -> None:
        self._last: int | None = None

    def next(self, playlist: MediaPlaylist) -> Segment | None:
        """Return the segment to be read now, `is_discontinuous` if it doesn't follow the last; None if none is new.

        A live stream is begun at its newest segment but one, one that has ended at its first.
        """
        unread = self._unread(playlist)
        if not unread:
            return None
        is_behind = self._last is None or len(unread) > _MOST_UNREAD
        chosen = unread[-_FROM_THE_END:][0] if is_behind and not playlist.is_ended else unread[0]
        follows = self._last is not None and chosen.sequence == self._last + 1
        self._last = chosen.sequence
        return chosen if follows else replace(chosen, is_discontinuous=True)

    def _unread(self, playlist: MediaPlaylist) -> tuple[Segment, ...]:
        segments = playlist.segments
        # A playlist from a cache can be a little old; one that lies behind by more than its own
        # length was started again.
        if self._last is not None and segments and segments[-1].sequence + len(segments) <= self._last:
            self._last = None
        last = self._last
        return segments if last is None else tuple(segment for segment in segments if segment.sequence > last)
