"""Trying a camera's address before it is registered: what it sends, what to do about it, and a privacy-safe picture."""

import base64
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from models.principal import Permission, Principal
from pipeline.probe_facts import ProbeFacts
from pipeline.registry.cameras import Address, Username
from streams.address import StreamAddress
from streams.probe import ProbeReport
from vision.redaction import Redactor

_SNAPSHOT_QUALITY = 80


class ProbeRequest(BaseModel):
    """An address to try; user and password stand apart or in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address
    username: Username | None = Field(None, repr=False)
    password: SecretStr | None = None


class ProbeView(ProbeFacts):
    """What answered there, with a picture of it."""

    snapshot_jpeg: Annotated[str, Field(description="A privacy-safe picture, JPEG in base64.")]


class ProbeService:
    """Probes addresses for those who register cameras."""

    def __init__(self, probe: Callable[[StreamAddress], ProbeReport], redactor: Callable[[], Redactor]) -> None:
        self._probe = probe
        # Asked for at the first probe: its weights are heavy, and most processes never probe.
        self._redactor = redactor

    def probe(self, principal: Principal, request: ProbeRequest) -> ProbeView:
        """Open the address, listen for a few seconds, and say what it is and how to look at it.

        Raises:
            StreamError: the address is refused, or nothing usable answers; says which.
        """
        principal.require(Permission.CAMERA_WRITE)
        address = StreamAddress.parse(
            request.address.get_secret_value(),
            username=request.username,
            password=None if request.password is None else request.password.get_secret_value(),
        )
        report = self._probe(address)
        safe = self._redactor().redact(report.sample.image)
        return ProbeView(
            **dict(ProbeFacts.of(address, report)),
            snapshot_jpeg=base64.b64encode(safe.as_jpeg(_SNAPSHOT_QUALITY)).decode(),
        )
