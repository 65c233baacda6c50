"""The newest privacy-safe picture of each camera, with its age; a dead camera's is never shown as live."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from html import escape

from api.pages.language import Messages
from api.pages.marks import replay_mark, sign
from api.pages.wording import ageing, moment_text, number_text, short_digest
from models.words import CameraState
from pipeline.observing import PlacementPicture

# A picture this many looks old, and no younger than this, is no view of what is going on now.
_LATE_AFTER_LOOKS = 3
_LATE_AFTER_LEAST_S = 60.0
# What comes in these is no view of now, or may soon be none; whatever else is wrong, the others' pictures are of now.
_DEAD = frozenset({CameraState.CONNECTING, CameraState.FROZEN, CameraState.PLACEHOLDER, CameraState.DOWN})
# Of what the picture itself shows we say all in the reader's language; the time stands in the camera's history.
_SAID_WHOLE = frozenset(
    {CameraState.BLACK, CameraState.BLURRED, CameraState.BLOCKED, CameraState.PLACEHOLDER, CameraState.FROZEN}
)


def camera_views(pictures: Sequence[PlacementPicture], now: datetime, messages: Messages) -> str:
    """All cameras of a project."""
    if not pictures:
        inner = f'<p class="empty">{escape(messages("project.no_cameras"))}</p>'
    else:
        inner = "".join(_view(picture, now, messages) for picture in pictures)
    return f'<div class="cameras" id="cameras">{inner}</div>'


def late_after_s(look_every_s: float) -> float:
    """The age from which a picture is marked as old."""
    return max(_LATE_AFTER_LEAST_S, _LATE_AFTER_LOOKS * look_every_s)


def _view(picture: PlacementPicture, now: datetime, messages: Messages) -> str:
    late_s = late_after_s(picture.look_every_s)
    is_late = picture.taken_at is not None and (now - picture.taken_at).total_seconds() > late_s
    is_fresh = picture.state not in _DEAD and not is_late
    state = picture.state.value
    replay = replay_mark(messages) if picture.is_replay else ""
    return (
        f'<article class="camera{"" if is_fresh else " is-dead"}" data-late-after="{late_s:g}"'
        f' data-state="{state}">'
        f'<header><h3>{escape(picture.camera)}</h3>{replay}<span class="camera-state tone-camera-{state}">'
        f"{sign(picture.state)}{escape(messages(f'camera.{state}'))}</span></header>"
        f"{_picture(picture, messages)}"
        f'<p class="camera-why">{escape(_why(picture, messages))}</p>'
        f"{_seen(picture, messages)}</article>"
    )


def _picture(picture: PlacementPicture, messages: Messages) -> str:
    if picture.evidence_id is None or picture.taken_at is None:
        return f'<div class="picture picture-none"><span>{escape(messages("project.no_picture"))}</span></div>'
    taken = moment_text(picture.taken_at, messages.language)
    alt = escape(messages("project.picture_of", camera=picture.camera, taken=taken))
    return (
        '<figure class="picture">'
        f'<img src="/api/v1/evidence/{picture.evidence_id}" alt="{alt}" width="1280" height="720">'
        f"<figcaption>{ageing(picture.taken_at, messages.language)}<span>{escape(taken)}</span></figcaption>"
        f'<span class="picture-late">{sign(CameraState.DOWN)}{escape(messages("camera.late"))}</span></figure>'
    )


def _why(picture: PlacementPicture, messages: Messages) -> str:
    if picture.state is CameraState.LIVE:
        return messages("project.late_why")
    ours = messages(f"project.{picture.state.value}_why")
    # The stream's own words follow ours; they are in English, as the log has them.
    return ours if picture.state in _SAID_WHOLE else f"{ours} {picture.reason}".strip()


def _seen(picture: PlacementPicture, messages: Messages) -> str:
    if picture.evidence_id is None:
        return ""
    counts = Counter((found.group, found.label) for found in picture.detections)
    if counts:
        inner = "".join(
            f'<li class="group-{escape(group)}">{escape(messages.known(f"seen.{label}", label))}'
            f" <b>{number_text(count, messages.language)}</b></li>"
            for (group, label), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )
    else:
        inner = f"<li>{escape(messages('project.nothing_seen'))}</li>"
    weights = ""
    if picture.weights_sha256 is not None:
        word = escape(messages("project.weights"))
        weights = (
            f'<li class="weights" title="{word}: {escape(picture.weights_sha256)}">{word}'
            f" <code>{escape(short_digest(picture.weights_sha256))}</code></li>"
        )
    return f'<ul class="seen-list">{inner}{weights}</ul>'
