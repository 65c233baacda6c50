"""What a status number means, in the standards' words.

Those that a camera sends along are not passed on: some repeat the request in them, the log-in included.
"""

from http import HTTPStatus
from typing import Final

# RFC 2326, section 7.1.1; the rest are HTTP's.
_RTSP: Final = {
    451: "Parameter Not Understood",
    452: "Conference Not Found",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    456: "Header Field Not Valid for Resource",
    457: "Invalid Range",
    458: "Parameter Is Read-Only",
    459: "Aggregate Operation Not Allowed",
    460: "Only Aggregate Operation Allowed",
    461: "Unsupported Transport",
    462: "Destination Unreachable",
    551: "Option Not Supported",
}
_HTTP: Final = {status.value: status.phrase for status in HTTPStatus}


def http_status(number: int) -> str:
    """Say `404 Not Found`; a number that the standard doesn't know stands alone."""
    return f"{number} {_HTTP.get(number, '')}".rstrip()


def rtsp_status(number: int) -> str:
    """Say `454 Session Not Found`, in RTSP's words."""
    return f"{number} {_RTSP[number]}" if number in _RTSP else http_status(number)
