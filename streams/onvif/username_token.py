"""Logging in to an ONVIF service: the WS-Security UsernameToken with a digest (Username Token Profile 1.1, OASIS)."""

import base64
import hashlib
import secrets
from datetime import datetime
from html import escape
from typing import Final

_WSS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_NONCE_BYTES: Final = 16


def security_header(username: str, password: str, created_at: datetime) -> str:
    """Return the header that logs one request in; `created_at` is aware UTC as the device's clock has it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    created = created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    # Section 3.1: Base64 (SHA-1 (nonce + created + password)).
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    return (
        f'<wsse:Security s:mustUnderstand="1" xmlns:wsse="{_WSS}-wssecurity-secext-1.0.xsd" '
        f'xmlns:wsu="{_WSS}-wssecurity-utility-1.0.xsd"><wsse:UsernameToken>'
        f"<wsse:Username>{escape(username)}</wsse:Username>"
        f'<wsse:Password Type="{_WSS}-username-token-profile-1.0#PasswordDigest">{_base64(digest)}</wsse:Password>'
        f'<wsse:Nonce EncodingType="{_WSS}-soap-message-security-1.0#Base64Binary">{_base64(nonce)}</wsse:Nonce>'
        f"<wsu:Created>{created}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
