"""A connection whose every wait ends at a time limit or when the run is stopped.

libav's own network code is not used: it follows RTSP redirects to anywhere and takes the log-in
along, cuts a log-in off after 127 bytes, can't be stopped while it waits, and puts the address
with its password into its errors.
"""

import errno
import io
import os
import selectors
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final, TypeVar

from streams.clock import Clock
from streams.errors import StalledError, StoppedError, StreamError, UnreachableError
from streams.network_policy import PinnedAddress
from streams.settings import StreamSettings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_POLL_S: Final = 0.25
_BUFFER_BYTES: Final = 65536
_GATHERED_BYTES: Final = 1 << 19
# The kernel may give less than is asked for, and counts more than the bytes alone.
_ENOUGH_BYTES: Final = _GATHERED_BYTES // 4
_SHORTEST_PAUSE_S: Final = 0.05
_TLS_SCHEMES: Final = frozenset({"https", "rtsps"})

_T = TypeVar("_T")


class Patience:
    """How long one run's waits may go on: until a deadline, or until the run is stopped.

    Waits are cut into short ones between which the stop event is looked at.
    """

    def __init__(
        self,
        who: str,
        clock: Clock,
        stop: Event,
        limit_s: float,
        error: type[StreamError],
        awaited: str = "picture",
    ) -> None:
        self._who = who
        self._awaited = awaited
        self.clock = clock
        self._stop = stop
        self.allow(limit_s, error)

    def allow(self, limit_s: float, error: type[StreamError] = StalledError) -> None:
        """Let everything from now on take `limit_s` seconds together; `error` is raised after that.

        Bytes that trickle in buy no more time; only the next call does.
        """
        self._limit_s = limit_s
        self._deadline_s = self.clock.monotonic_s() + limit_s
        self._error = error

    def require(self) -> None:
        """Raise StoppedError or the StreamError that `allow` named, if it is time to."""
        if self._stop.is_set():
            raise StoppedError
        if self.clock.monotonic_s() >= self._deadline_s:
            raise self._error(f"{self._who} gave no {self._awaited} within {self._limit_s:g} s.")

    def pause(self, seconds: float) -> None:
        """Wait, no longer than the limit or a stop allows; raises as `require` does."""
        self._stop.wait(max(0.0, min(seconds, self._deadline_s - self.clock.monotonic_s())))
        self.require()

    def repeat(self, operation: Callable[[], _T]) -> _T:
        """Repeat an operation that times out after a short while until it comes through."""
        while True:
            self.require()
            with suppress(TimeoutError):
                return operation()


class StoppableSocket(io.RawIOBase):
    """A connected socket, owned by one thread; its waits are bounded by `patience`."""

    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        super().__init__()
        self.patience = patience
        self._socket = connection
        self._gather_s = self._pause_s = 0.0
        self._is_behind = False
        self._gathered_bytes = 0

    @property
    def family(self) -> socket.AddressFamily:
        """IPv4 or IPv6."""
        return self._socket.family

    @property
    def own_name(self) -> tuple[Any, ...]:
        """Our end, as the socket module writes it: host, port and, in IPv6, flow and scope."""
        return tuple(self._socket.getsockname())

    def fileno(self) -> int:
        """Let a selector wait on it; over TLS this tells nothing of what has been decrypted already."""
        return self._socket.fileno()

    def readable(self) -> bool:
        """Tell io.BufferedReader that it may read."""
        return True

    def makefile(self, _mode: str = "rb") -> io.BufferedReader:
        """Return a buffered reader, which from then on owns this socket; http.client asks for it by this name."""
        return io.BufferedReader(self, _BUFFER_BYTES)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read what is there, at least one byte; 0 once the other side has closed.

        Raises:
            StoppedError: the run was stopped.
            StreamError: time was up.
        """
        if self._gather_s and not self._is_behind:
            self._pace()
            self.patience.pause(self._pause_s)
        try:
            count = self.patience.repeat(partial(self._socket.recv_into, buffer))
        except OSError:
            # Reset or torn down below us: to the reader, the other side has closed.
            return 0
        self._is_behind = count == memoryview(buffer).nbytes
        self._gathered_bytes += count
        return count

    def gather(self, seconds: float) -> None:
        """From now on let bytes gather so long before they are read, unless there are more than fit.

        Waking up for each of a stream's packets costs as much as all that is done with them.
        """
        self._gather_s = self._pause_s = seconds
        # A camera whose keyframe doesn't fit in would wait, and may leave out pictures.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _GATHERED_BYTES)

    def _pace(self) -> None:
        """Pause shorter before the kernel's buffer is full, and longer again where little comes."""
        if self._gathered_bytes > _ENOUGH_BYTES:
            self._pause_s = max(_SHORTEST_PAUSE_S, self._pause_s / 2)
        else:
            self._pause_s = min(self._gather_s, 1.25 * self._pause_s)
        self._gathered_bytes = 0

    def send(self, data: bytes) -> None:
        """Send all of `data`; raises as `readinto` does, and OSError if the other side has closed."""
        unsent = memoryview(data)
        while unsent:
            unsent = unsent[self.patience.repeat(partial(self._socket.send, unsent)) :]

    def send_at_once(self, data: bytes) -> None:
        """Send what goes out without waiting, even after a stop; for good-byes."""
        with suppress(OSError):
            self._socket.settimeout(0)
            self._socket.send(data)

    def close(self) -> None:
        """Close the connection; again is harmless."""
        if not self.closed:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        super().close()


def connect(
    address: PinnedAddress,
    settings: StreamSettings,
    clock: Clock,
    stop: Event,
    awaited: str = "picture",
    patience: Patience | None = None,
    tls: ssl.SSLContext | None = None,
) -> StoppableSocket:
    """Connect to the machine that the address is pinned to, over TLS where its scheme says so.

    Everything up to the first picture, or whatever else is `awaited`, may take `open_timeout_s` together;
    where this is one connection of several, what their `patience` has left. `tls` is `tls_context`'s,
    which costs as much as a keyframe.

    Raises:
        UnreachableError: nothing answers, or it doesn't speak TLS or isn't trusted.
        StoppedError: the run was stopped.
    """
    who = address.address.origin
    patience = patience or Patience(who, clock, stop, settings.open_timeout_s, UnreachableError, awaited)
    connection = socket.socket(socket.AF_INET if address.ip.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        _connect(connection, address, patience)
        connection.settimeout(_POLL_S)
        if address.address.scheme in _TLS_SCHEMES:
            connection = (tls or tls_context(settings)).wrap_socket(
                connection, server_hostname=address.address.ascii_host, do_handshake_on_connect=False
            )
            _shake_hands(connection, who, patience)
    except BaseException:
        connection.close()
        raise
    return StoppableSocket(connection, patience)


def tls_context(settings: StreamSettings) -> ssl.SSLContext:
    """Return what TLS connections are made with: whom this machine trusts now."""
    context = ssl.create_default_context()
    if not settings.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _connect(connection: socket.socket, address: PinnedAddress, patience: Patience) -> None:
    connection.setblocking(False)
    failure = connection.connect_ex((str(address.ip), address.address.port))
    if failure == errno.EINPROGRESS:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_WRITE)
            while not selector.select(_POLL_S):
                patience.require()
        failure = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if failure:
        raise UnreachableError(
            f"{address.address.origin} can't be reached: {os.strerror(failure)}. Check host, port and cabling."
        )


def _shake_hands(connection: ssl.SSLSocket, who: str, patience: Patience) -> None:
    try:
        patience.repeat(connection.do_handshake)
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(
            f"{who} has a certificate that this machine doesn't trust ({error.verify_message}). Install its "
            "authority's certificate, or set verify_tls = false where the network itself is trusted."
        ) from error
    except OSError as error:
        raise UnreachableError(f"{who} doesn't speak TLS: {error.strerror or error}.") from error
