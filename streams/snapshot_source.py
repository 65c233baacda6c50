"""A camera's still picture as frames: a JPEG or PNG address that is asked again and again."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from typing import Final
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray

from streams.address import StreamAddress
from streams.clock import Clock
from streams.decoding.decoder_pool import PictureDecoder
from streams.errors import NotVideoError, StalledError, StoppedError, StreamError, UnreachableError
from streams.frame import Frame
from streams.http_client import HttpClient
from streams.look_every import LookEvery, require_positive, seconds_of, wait_for_turn
from streams.network_policy import NetworkPolicy
from streams.settings import StreamSettings
from streams.source import Run
from streams.still_picture import still_codec
from streams.stoppable_socket import Patience

_LARGEST_PICTURE_BYTES: Final = 20_000_000
_AGAIN_AFTER_S: Final = 1.0


class SnapshotSource:
    """One camera, asked once per `look_every_s`.

    A run is a stretch without a missed look: it begins with a picture, and goes on as long as each
    look brings one within `read_timeout_s`, in which a request that fails is repeated. No
    connection is held in between. Pictures of a run may differ in size, and repeat byte for byte:
    whether a view stands still is judged elsewhere.
    """

    def __init__(
        self,
        address: StreamAddress,
        policy: NetworkPolicy,
        settings: StreamSettings,
        clock: Clock,
        look_every_s: LookEvery,
        *,
        decoder: PictureDecoder,
    ) -> None:
        require_positive(look_every_s)
        self._address = address
        self._policy = policy
        self._settings = settings
        self._clock = clock
        self._look_every = look_every_s
        self._decoder = decoder

    @contextmanager
    def open(self, stop: Event) -> Iterator[Run]:
        """Take the first look; it and each further one is a frame.

        Raises:
            StreamError: the address is refused, or no picture is had from it. From the frames: a
                look brought none.
        """
        run_id = uuid4()
        client = HttpClient(self._policy, self._settings, self._clock, stop)
        try:
            first = self._look(client, stop, self._patience(stop, self._settings.open_timeout_s, UnreachableError))
        except StoppedError:
            yield Run(run_id, iter(()))
            return
        with closing(self._frames(first, client, run_id, stop)) as frames:
            yield Run(run_id, frames)

    def _frames(self, first: "_Picture", client: HttpClient, run_id: UUID, stop: Event) -> Generator[Frame, None, None]:
        picture, due_at_s, index = first, first.at_s, 0
        while True:
            pts_s = picture.at_s - first.at_s
            skew_s = picture.clock_skew_s
            yield Frame(picture.image, picture.captured_at, run_id, index, pts_s, is_keyframe=True, clock_skew_s=skew_s)
            index += 1
            turn_s = wait_for_turn(partial(self._turn_s, due_at_s, self._clock.monotonic_s()), self._clock, stop)
            if turn_s is None:
                return
            due_at_s = turn_s
            try:
                picture = self._patient_look(client, stop)
            except StoppedError:
                return

    def _turn_s(self, due_at_s: float, looked_s: float) -> float:
        # Looks that were missed are not caught up.
        return max(due_at_s + seconds_of(self._look_every), looked_s)

    def _patient_look(self, client: HttpClient, stop: Event) -> "_Picture":
        patience = self._patience(stop, self._settings.read_timeout_s, StalledError)
        while True:
            try:
                return self._look(client, stop, patience)
            except (NotVideoError, UnreachableError) as error:
                trouble = error
            try:
                patience.pause(min(_AGAIN_AFTER_S, seconds_of(self._look_every)))
            except StalledError as error:
                if isinstance(trouble, UnreachableError):
                    raise trouble from None
                raise StalledError(f"{error} Before that: {trouble}") from error

    def _look(self, client: HttpClient, stop: Event, patience: Patience) -> "_Picture":
        fetched = client.get(self._address, _LARGEST_PICTURE_BYTES, patience)
        data = fetched.data
        captured_at, at_s = self._clock.now(), self._clock.monotonic_s()
        image = self._decoder.decode(still_codec(data, self._address.display), data, stop)
        if image is None:
            raise NotVideoError(f"{self._address.display} gave a damaged picture.")
        return _Picture(image, captured_at, at_s, fetched.clock_skew_s)

    def _patience(self, stop: Event, limit_s: float, error: type[StreamError]) -> Patience:
        return Patience(self._address.origin, self._clock, stop, limit_s, error)


@dataclass(frozen=True, slots=True)
class _Picture:
    image: NDArray[np.uint8]
    captured_at: datetime
    at_s: float
    clock_skew_s: float | None
