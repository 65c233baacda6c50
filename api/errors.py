"""The one table from errors to HTTP problem types (RFC 9457)."""

from dataclasses import dataclass

from models.errors import (
    ConflictError,
    EvidenceError,
    EvidenceRemovedError,
    ForbiddenError,
    InvalidError,
    ModelsError,
    NotFoundError,
    UnauthenticatedError,
)
from pipeline.errors import NotJpegError, PictureTooLargeError, PushedTooSoonError, UnusablePictureError
from streams.errors import (
    AddressRefusedError,
    AuthenticationError,
    NotVideoError,
    StreamError,
    UnreachableError,
)
from vision.errors import UnreadableImageError, VisionError


@dataclass(frozen=True, slots=True)
class ProblemType:
    """An HTTP status with the problem's type and title."""

    status: int
    slug: str
    title: str


# Looked up along an error's classes, the most specific first.
PROBLEM_TYPES: dict[type[Exception], ProblemType] = {
    InvalidError: ProblemType(422, "invalid", "The values can't hold together"),
    NotFoundError: ProblemType(404, "not-found", "There is no such thing"),
    ConflictError: ProblemType(409, "conflict", "This clashes with what is stored"),
    UnauthenticatedError: ProblemType(401, "unauthenticated", "Log in first"),
    ForbiddenError: ProblemType(403, "forbidden", "This isn't allowed to you"),
    EvidenceRemovedError: ProblemType(410, "evidence-removed", "The picture is no longer kept"),
    EvidenceError: ProblemType(500, "evidence-damaged", "The evidence file is missing or was altered"),
    AddressRefusedError: ProblemType(422, "address-refused", "This address may not be opened"),
    UnreachableError: ProblemType(502, "camera-unreachable", "Nothing serves a stream there"),
    AuthenticationError: ProblemType(502, "camera-login-refused", "The camera refused the log-in"),
    NotVideoError: ProblemType(502, "camera-no-video", "What answers there is no video"),
    StreamError: ProblemType(502, "camera-stream-broken", "The stream broke"),
    PushedTooSoonError: ProblemType(429, "picture-too-soon", "The camera's next picture isn't due yet"),
    PictureTooLargeError: ProblemType(413, "picture-too-large", "The picture has too many bytes"),
    NotJpegError: ProblemType(415, "not-a-jpeg", "Only a JPEG is taken in"),
    UnusablePictureError: ProblemType(422, "unusable-picture", "The picture shows nothing that can be looked at"),
    UnreadableImageError: ProblemType(422, "unreadable-image", "This is not a picture"),
    VisionError: ProblemType(500, "vision-failed", "The picture could not be worked on"),
    ModelsError: ProblemType(500, "storage-failed", "Something stored could not be used"),
}


def problem_type_of(error: Exception) -> ProblemType | None:
    """The problem type of an error, or None where it is no error of ours."""
    for kind in type(error).__mro__:
        if kind in PROBLEM_TYPES:
            return PROBLEM_TYPES[kind]
    return None
