"""Pictures: how old, how the camera fares, and never an old one as if it were live."""

from datetime import timedelta
from html import escape

import pytest

from api.pages.camera_views import camera_views, late_after_s
from api.pages.language import Language, messages_of
from api.pages.marks import sprite
from models.words import CameraState
from tests.api.pages.views import NOW, picture

EN = messages_of(Language.EN)


def test_a_live_picture_shows_what_was_found_and_when() -> None:
    html = camera_views([picture()], NOW + timedelta(seconds=4), EN)

    assert "is-dead" not in html
    assert "Live" in html
    assert "People <b>2</b>" in html
    assert "Machinery <b>1</b>" in html
    assert 'datetime="2026-11-21T12:30:00+05:00"' in html
    assert "abababababab" in html


def test_a_dead_cameras_picture_is_greyed_with_the_reason() -> None:
    html = camera_views([picture(state=CameraState.DOWN, reason="No packets for 30 s.")], NOW, EN)

    assert "is-dead" in html
    assert "Down" in html
    assert "No packets for 30 s." in html


def test_a_moved_cameras_picture_is_of_now_and_says_what_to_do() -> None:
    moved = picture(state=CameraState.MOVED, reason="The view has been another one since 2026-11-20 08:00 UTC.")
    html = camera_views([moved], NOW, EN)

    assert "is-dead" not in html
    assert 'data-state="moved"' in html
    assert "Confirm the new view" in html
    assert "turn the camera back" in html
    assert "since 2026-11-20 08:00 UTC" in html
    assert "Сдвинута" in camera_views([moved], NOW, messages_of(Language.RU))
    assert "Бұрылып кеткен" in camera_views([moved], NOW, messages_of(Language.KK))


@pytest.mark.parametrize("state", sorted(set(CameraState) - {CameraState.LIVE}))
@pytest.mark.parametrize("language", Language)
def test_whatever_is_wrong_with_a_camera_is_said_with_its_sign_and_what_to_do(
    state: CameraState, language: Language
) -> None:
    messages = messages_of(language)
    html = camera_views([picture(state=state, reason="Told by the stream.")], NOW, messages)

    assert escape(messages(f"camera.{state.value}")) in html
    assert escape(messages(f"project.{state.value}_why")) in html
    # What the picture shows is said whole in the reader's language.
    is_of_the_picture = state.value in {"black", "blurred", "blocked", "placeholder", "frozen"}
    assert ("Told by the stream." in html) is not is_of_the_picture
    assert f'href="#sign-{state.value}"' in html
    assert f'id="sign-{state.value}"' in sprite()


def test_a_frozen_picture_and_a_recorders_card_are_never_shown_as_live() -> None:
    for state in (CameraState.FROZEN, CameraState.PLACEHOLDER):
        assert "is-dead" in camera_views([picture(state=state)], NOW, EN)
    for state in (CameraState.DEGRADED, CameraState.BLURRED, CameraState.BLOCKED, CameraState.WRONG_CLOCK):
        assert "is-dead" not in camera_views([picture(state=state)], NOW, EN)


def test_an_old_picture_of_a_live_camera_is_greyed_too() -> None:
    html = camera_views([picture()], NOW + timedelta(seconds=late_after_s(5.0) + 1), EN)

    assert "is-dead" in html
    assert "Picture is old" in html


def test_a_rare_looker_is_given_three_looks() -> None:
    assert late_after_s(600.0) == 1800.0


def test_a_camera_without_a_picture_says_so() -> None:
    html = camera_views([picture(evidence_id=None, taken_at=None, state=CameraState.CONNECTING)], NOW, EN)

    assert "<img" not in html
    assert "No picture yet" in html


def test_a_replaying_camera_is_marked() -> None:
    assert "replay" in camera_views([picture(is_replay=True)], NOW, EN)
    assert "replay" not in camera_views([picture()], NOW, EN)


def test_nothing_found_is_said() -> None:
    assert "Nothing found in this picture" in camera_views([picture(detections=[])], NOW, EN)


def test_a_project_without_cameras_says_what_its_status_rests_on() -> None:
    assert "No camera watches this project." in camera_views([], NOW, EN)


def test_a_cameras_name_and_reason_cannot_become_markup() -> None:
    html = camera_views([picture(camera="<script>", state=CameraState.DOWN, reason="<b>")], NOW, EN)

    assert "<script>" not in html
    assert "<b>" not in html.split("seen-list")[0]


def test_nothing_changes_while_nothing_happens() -> None:
    view = picture()

    assert camera_views([view], NOW, EN) == camera_views([view], NOW + timedelta(seconds=20), EN)
