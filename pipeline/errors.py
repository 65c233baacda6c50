"""What can go wrong between a frame and a status.

PipelineError
├── SettingsError   a setting that is unknown or makes no sense; the program does not start
├── FootageError    dated footage that cannot be worked through as it is
├── ExportError     files that cannot be written where they are wanted
└── PushError       a picture that a camera sent and that isn't taken in
    ├── PushedTooSoonError     it came before the camera's next look is due
    ├── PictureTooLargeError   it has more bytes than are read
    ├── NotJpegError           it is something else than a JPEG
    └── UnusablePictureError   it is a JPEG, but damaged, cut short, too small or too large
"""


class PipelineError(Exception):
    """Any failure of pipeline/; its message says what to do."""


class SettingsError(PipelineError):
    """Settings that cannot be used."""


class FootageError(PipelineError):
    """Footage that cannot be worked through."""


class ExportError(PipelineError):
    """An export that cannot be written."""


class PushError(PipelineError):
    """A pushed picture that is not taken in."""


class PushedTooSoonError(PushError):
    """A picture before the next look is due."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PictureTooLargeError(PushError):
    """A picture with more bytes than are read."""


class NotJpegError(PushError):
    """Something else than a JPEG."""


class UnusablePictureError(PushError):
    """A JPEG that shows nothing that can be looked at."""
