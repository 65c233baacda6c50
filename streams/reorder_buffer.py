"""Packets that overtook each other on the way, back in the order in which the camera sent them."""

from typing import Final

from streams.rtp import RtpPacket

# Further off than this (RFC 3550, appendix A.1, has 3000 ahead and 100 behind), a packet is no
# straggler: it is a stray, or the camera has begun to count anew.
_LARGEST_JUMP: Final = 1000
_WINDOW: Final = 64
_HOLD_S: Final = 0.1


class ReorderBuffer:
    """Holds packets back behind one that is missing, at most `window` of them and for about `hold_s` seconds.

    What comes when its place has been passed is dropped and counted in `late`; `lost` counts the
    sequence numbers that were given up. The first packets are held too: the very first one may be
    among those that were overtaken.
    """

    def __init__(self, window: int = _WINDOW, hold_s: float = _HOLD_S) -> None:
        self._window = window
        self._hold_s = hold_s
        self._next: int | None = None
        # By sequence number. Before the start all that came; afterwards only numbers ahead of `_next`.
        self._held: dict[int, RtpPacket] = {}
        self._held_since_s = 0.0
        self._after_stray: int | None = None
        self.late = 0
        self.lost = 0

    @property
    def is_holding(self) -> bool:
        """Whether `due` will have something to give."""
        return bool(self._held)

    def push(self, packet: RtpPacket, at_s: float) -> list[RtpPacket]:
        """Take a packet that came at `at_s`; return those whose turn it is now, in order."""
        if packet.sequence == self._next and not self._held:
            self._next = (packet.sequence + 1) & 0xFFFF
            self._after_stray = None
            return [packet]
        reference = self._reference(packet.sequence)
        distance = _distance(reference, packet.sequence)
        restarted: list[RtpPacket] = []
        if abs(distance) > _LARGEST_JUMP:
            if packet.sequence != self._after_stray:
                self._after_stray = (packet.sequence + 1) & 0xFFFF
                self.late += 1
                return []
            restarted = self._restart()
        elif (self._next is not None and distance < 0) or packet.sequence in self._held:
            self.late += 1
            return []
        self._after_stray = None
        if not self._held:
            self._held_since_s = at_s
        self._held[packet.sequence] = packet
        return restarted + (self._in_order(at_s) if len(self._held) <= self._window else self._skip(at_s))

    def due(self, at_s: float) -> list[RtpPacket]:
        """Return what has been held back for long enough, in order, giving up what it waited for."""
        return self._skip(at_s) if self._held and at_s - self._held_since_s >= self._hold_s else []

    def _reference(self, default: int) -> int:
        return next(iter(self._held), default) if self._next is None else self._next

    def _in_order(self, at_s: float) -> list[RtpPacket]:
        released = []
        while self._next is not None and (packet := self._held.pop(self._next, None)) is not None:
            released.append(packet)
            self._next = (self._next + 1) & 0xFFFF
        if released:
            self._held_since_s = at_s
        return released

    def _skip(self, at_s: float) -> list[RtpPacket]:
        """Go on with the first of what is held."""
        reference = self._reference(0)
        first = min(self._held, key=lambda sequence: _distance(reference, sequence))
        if self._next is not None:
            self.lost += _distance(self._next, first)
        self._next = first
        return self._in_order(at_s)

    def _restart(self) -> list[RtpPacket]:
        released = []
        while self._held:
            released += self._skip(0.0)
        self._next = None
        return released


def _distance(start: int, end: int) -> int:
    """Return how far `end` lies ahead of `start` on the ring of 16-bit numbers; negative if behind."""
    return ((end - start + 0x8000) & 0xFFFF) - 0x8000
