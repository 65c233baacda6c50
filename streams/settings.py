"""Settings of streams/: time limits, and which networks may be reached."""

from ipaddress import IPv4Network, IPv6Network

from pydantic import BaseModel, ConfigDict, Field


class StreamSettings(BaseModel):
    """How streams are opened and read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_timeout_s: float = Field(
        10.0, gt=0, description="Seconds in which a stream must be found, answer, log in and describe itself."
    )
    read_timeout_s: float = Field(
        10.0, gt=0, description="Seconds without a picture after which an open stream counts as stalled."
    )
    keyframe_timeout_s: float = Field(
        60.0,
        gt=0,
        description="Seconds without a decodable keyframe after which an open stream counts as stalled.",
    )
    decoder_processes: int = Field(
        2, ge=1, le=64, description="Processes that decode for all cameras; one decodes some 50 pictures a second."
    )
    decode_timeout_s: float = Field(
        10.0, gt=0, description="Seconds after which a picture that is still being decoded is given up."
    )
    gather_s: float = Field(
        0.5,
        ge=0,
        le=2,
        description="How long bytes over RTSP/TCP gather before they are read, in seconds; for less where much comes. "
        "Longer costs less processor time, and a look is known as much later.",
    )
    probe_listen_s: float = Field(
        6.0, gt=0, description="Longest time a probe listens to measure frame rate and keyframe interval, in seconds."
    )
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (),
        description="Networks (CIDR) that may be reached although they are loopback, link-local or multicast; "
        "a cloud's metadata address only when it is named by itself, as a /32 or /128.",
    )
    verify_tls: bool = Field(
        True, description="Whether the certificate of an https or rtsps camera must be trusted by this machine."
    )
