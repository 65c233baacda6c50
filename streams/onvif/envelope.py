"""SOAP 1.2 envelopes: writing ours, and reading what strangers send.

Elements are looked up by their local names (`{*}Name`): cameras differ in prefixes, and some in
namespaces too.
"""

import re
from typing import Final

# Types and the tree's builder only; all parsing is defusedxml's.
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.ElementTree import ParseError, XMLParser

from streams.errors import OnvifError

# A recorder with 64 channels describes its profiles in about half of this.
LARGEST_BYTES: Final = 2_000_000

_MOST_ELEMENTS: Final = 40_000
_DEEPEST: Final = 50
_LONGEST_TEXT: Final = 200
_NUMBER: Final = re.compile(r"\d{1,9}")


def envelope(body: str, header: str = "") -> bytes:
    """Return an envelope around a body and a header that are XML already."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def read_envelope(data: bytes, who: str) -> Element:
    """Read an envelope that `who` sent.

    Raises:
        OnvifError: it is no XML, holds a document type or entities, or is too large.
    """
    if len(data) > LARGEST_BYTES:
        raise OnvifError(f"{who} answers with more than {LARGEST_BYTES} bytes, which no camera needs.")
    try:
        root = _parsed(data)
    # Beside its own errors, the parser raises LookupError and ValueError for encodings; what is
    # forbidden in XML is a ValueError as well.
    except (ParseError, LookupError, ValueError) as error:
        raise OnvifError(
            f"{who} answers with something that is no plain XML. Check the address, and that ONVIF is switched on in "
            "the camera."
        ) from error
    return root


def text_at(element: Element, path: str) -> str | None:
    """Return the text at a path as people may be shown it: what prints, and not endlessly; None if there is none."""
    found = element.findtext(path)
    if found is None:
        return None
    # What doesn't print could steer a terminal.
    shown = "".join(character for character in found if character.isprintable()).strip()
    return shown[:_LONGEST_TEXT] or None


def number_at(element: Element, path: str) -> int | None:
    """Return the whole number at a path; None if there is none."""
    return whole_number((element.findtext(path) or "").strip())


def whole_number(text: str) -> int | None:
    """Return the number that a text is; None if it is none."""
    return int(text) if text.isascii() and _NUMBER.fullmatch(text) else None


class _TooLargeError(ValueError):
    """More elements, or deeper ones, than any camera's answer has."""


class _BoundedBuilder(TreeBuilder):
    """Builds a tree only so large: elements take many times the bytes that they were written in."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > _MOST_ELEMENTS or self._depth > _DEEPEST:
            raise _TooLargeError
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parsed(data: bytes) -> Element:
    parser = XMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    parser.feed(data)
    root = parser.close()
    assert isinstance(root, Element)
    return root
