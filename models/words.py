"""The closed vocabularies of the roadmap, as they are stored and spoken over the API."""

from enum import StrEnum


class Status(StrEnum):
    """What a project or item is said to be; see docs/glossary.md."""

    NOT_STARTED = "NOT_STARTED"
    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    BEHIND = "BEHIND"
    STALLED = "STALLED"
    COMPLETED = "COMPLETED"
    NO_EVIDENCE = "NO_EVIDENCE"


class Basis(StrEnum):
    """What a status rests on."""

    OBSERVED = "observed"
    REPORTED = "reported"
    DECIDED = "decided"


class Verdict(StrEnum):
    """What a reviewer did with a proposed status, or with a project that has none."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RETURNED = "returned"
    SET = "set"


class Direction(StrEnum):
    """The directions of the roadmap; an office team minds one of them."""

    TRANSPORT = "transport"
    HEALTH = "health"
    EDUCATION = "education"
    ENERGY = "energy"
    WATER = "water"
    INDUSTRY = "industry"
    DIGITAL = "digital"
    REGIONAL = "regional"


class OrganisationKind(StrEnum):
    """What kind of body answers for an item or owns a project."""

    BODY = "body"
    AKIMAT = "akimat"
    INVESTOR = "investor"


class CameraState(StrEnum):
    """What a camera is doing, as far as packets and pictures tell.

    Degraded: it keeps changing between other states. Frozen: the picture repeats while packets arrive.
    Moved: it sends, but looks elsewhere. Placeholder: a recorder's "no signal" card. Wrong clock: its own is
    off; its pictures are well, and dated by ours.
    """

    CONNECTING = "connecting"
    LIVE = "live"
    DEGRADED = "degraded"
    FROZEN = "frozen"
    BLACK = "black"
    BLURRED = "blurred"
    BLOCKED = "blocked"
    MOVED = "moved"
    PLACEHOLDER = "placeholder"
    WRONG_CLOCK = "wrong_clock"
    DOWN = "down"


class Sampling(StrEnum):
    """How a camera is looked at; see docs/glossary.md, sampling policy."""

    CONTINUOUS = "continuous"
    BURST = "burst"
    SNAPSHOT = "snapshot"
    PUSH = "push"


class RtspTransport(StrEnum):
    """What RTSP's video comes over; auto: TCP, and UDP where a camera refuses that."""

    AUTO = "auto"
    TCP = "tcp"
    UDP = "udp"


class Grade(StrEnum):
    """How well a camera did over the last hour; models/camera_grade.py has the thresholds."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    NONE = "none"


class ZonePurpose(StrEnum):
    """What a polygon on a placement's picture is for."""

    WORK_AREA = "work_area"
    GATE = "gate"
    PRIVACY_MASK = "privacy_mask"
    IGNORE = "ignore"


class SiteDayState(StrEnum):
    """What kind of day a site had, judged in this order."""

    NON_WORKING = "NON_WORKING"
    OUTAGE = "OUTAGE"
    OBSTRUCTED = "OBSTRUCTED"
    ACTIVE = "ACTIVE"
    STANDSTILL = "STANDSTILL"


class RemovedBecause(StrEnum):
    """By which policy a picture was removed: it was kept for its days, or its project has been over for long."""

    AGE = "age"
    PROJECT_OVER = "project_over"
