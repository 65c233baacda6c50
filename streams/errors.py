"""What can go wrong between a camera and a frame.

StreamError
├── AddressRefusedError   a rule forbids the address: its scheme, its form, the network policy, a redirect
├── UnreachableError      nothing answers there, or it answers that it will not serve
├── AuthenticationError   the log-in is missing or wrong
├── NotVideoError         something answers, but holds no video that can be decoded
├── StalledError          the stream was open and nothing more came of it
├── StreamEndedError      the other side ended the stream
├── DecoderLostError      a picture crashed or hung its decoder
├── OnvifError            a device answers, but not as ONVIF asks, or refuses what it is asked
└── ArchiveError          a file, a folder or its times can't be used, or end early

StoppedError, RedirectedError and PlaylistFoundError are no failures; they end a piece of work
inside streams/ and never leave it.

No message holds a credential: addresses appear in them as `StreamAddress.display` only.
"""


class StreamError(Exception):
    """Any failure of streams/; its message says what to do."""


class AddressRefusedError(StreamError):
    """An address that may not be opened; says which rule refused it and what would be accepted."""


class UnreachableError(StreamError):
    """An address where nothing serves a stream now."""


class AuthenticationError(StreamError):
    """A camera that does not accept the log-in."""


class NotVideoError(StreamError):
    """An answer without video that can be decoded."""


class StalledError(StreamError):
    """An open stream from which no picture came within the time limit."""


class StreamEndedError(StreamError):
    """A live stream that the other side ended, which a live camera never does in health."""


class DecoderLostError(StreamError):
    """A picture on which the decoder crashed or hung; the decoder was replaced."""


class OnvifError(StreamError):
    """A device that can't be asked over ONVIF for what is wanted."""


class ArchiveError(StreamError):
    """Dated footage that can't be used as it is."""


class StoppedError(Exception):
    """The stop event was set while something was waited for."""


class PlaylistFoundError(Exception):
    """The other side answers with a list of the stream's segments, not with the stream."""


class RedirectedError(Exception):
    """The other side names another address to ask instead."""

    def __init__(self, location: str) -> None:
        super().__init__("redirected")
        self.location = location
