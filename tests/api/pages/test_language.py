"""The catalogues: nothing missing in any language, and the right plural form."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

import api.pages
from api.pages.frame import SCRIPTS
from api.pages.language import PLURAL_FORMS, Language, messages_of, plural_form, preferred_language
from api.pages.visitor import Theme
from models.principal import Role
from models.words import Basis, CameraState, Direction, SiteDayState, Status, Verdict
from pipeline.signals.flag_rule import FlagKind
from vision.progress.built_share import ElementState
from vision.progress.stage import Stage
from vision.taxonomy import NETWORK_LABELS
from vision.view_quality import ViewQuality

PAGES = Path(api.pages.__path__[0])
VOCABULARIES: tuple[tuple[str, type[StrEnum]], ...] = (
    ("status", Status),
    ("basis", Basis),
    ("verdict", Verdict),
    ("camera", CameraState),
    ("site_day", SiteDayState),
    ("role", Role),
    ("direction", Direction),
    ("frame.theme", Theme),
    ("flag", FlagKind),
    ("stage", Stage),
    ("element", ElementState),
)


@pytest.mark.parametrize("language", Language)
def test_every_language_has_the_same_messages(language: Language) -> None:
    assert set(messages_of(language).texts) == set(messages_of(Language.EN).texts)


@pytest.mark.parametrize("language", Language)
def test_a_message_has_plural_forms_in_all_languages_or_in_none(language: Language) -> None:
    for key, text in messages_of(Language.EN).texts.items():
        assert isinstance(text, str) == isinstance(messages_of(language).texts[key], str), key


@pytest.mark.parametrize("language", Language)
def test_a_message_with_plural_forms_has_all_that_its_language_needs(language: Language) -> None:
    for key, text in messages_of(language).texts.items():
        if not isinstance(text, str):
            assert tuple(text) == PLURAL_FORMS[language], key


@pytest.mark.parametrize("language", Language)
def test_a_message_takes_the_same_values_in_every_language(language: Language) -> None:
    for key, text in messages_of(Language.EN).texts.items():
        assert _values(messages_of(language).texts[key]) == _values(text), key


@pytest.mark.parametrize("language", Language)
def test_no_message_is_empty(language: Language) -> None:
    for key, text in messages_of(language).texts.items():
        assert all(form.strip() for form in _forms(text)), key


@pytest.mark.parametrize(("stem", "words"), VOCABULARIES)
def test_every_word_of_a_closed_vocabulary_has_its_message(stem: str, words: type[StrEnum]) -> None:
    for word in words:
        assert f"{stem}.{word.value}" in messages_of(Language.KK).texts


def test_everything_that_the_detector_tells_has_its_message() -> None:
    for label in NETWORK_LABELS:
        assert f"seen.{label.name}" in messages_of(Language.KK).texts


def test_every_reason_why_a_look_is_not_usable_has_its_message() -> None:
    for quality in set(ViewQuality) - {ViewQuality.USABLE}:
        assert f"unusable.{quality.value}" in messages_of(Language.KK).texts


def test_every_message_that_a_page_names_exists() -> None:
    named = {key for path in PAGES.glob("*.py") for key in re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', path.read_text())}
    named |= {
        key
        for name in SCRIPTS
        for key in re.findall(r'nazar\.word\("([a-z_.]+)"', (PAGES / "assets" / name).read_text())
    }
    files = {key for key in named if key.endswith((".css", ".js"))}

    assert len(named - files) > 80
    assert named - files <= set(messages_of(Language.EN).texts)


@pytest.mark.parametrize(
    ("language", "count", "form"),
    [
        (Language.KK, 1, "other"),
        (Language.KK, 5, "other"),
        (Language.EN, 1, "one"),
        (Language.EN, 0, "other"),
        (Language.RU, 1, "one"),
        (Language.RU, 21, "one"),
        (Language.RU, 11, "many"),
        (Language.RU, 3, "few"),
        (Language.RU, 13, "many"),
        (Language.RU, 117, "many"),
        (Language.RU, 104, "few"),
    ],
)
def test_the_plural_form_follows_the_language(language: Language, count: int, form: str) -> None:
    assert plural_form(language, count) == form


def test_a_count_picks_its_form() -> None:
    assert messages_of(Language.RU)("item.projects", count=2) == "2 проекта"
    assert messages_of(Language.RU)("item.projects", count=5) == "5 проектов"
    assert messages_of(Language.KK)("item.projects", count=5) == "5 жоба"


def test_a_word_that_no_catalogue_knows_stays_as_it_came() -> None:
    assert messages_of(Language.RU).known("seen.scaffolding", "scaffolding") == "scaffolding"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", Language.RU),
        ("en-US,en;q=0.9", Language.EN),
        ("de-DE,de;q=0.9,ru;q=0.5,en;q=0.7", Language.EN),
        ("fr", Language.KK),
        ("", Language.KK),
        ("kk;q=nonsense", Language.KK),
    ],
)
def test_the_browsers_first_language_of_ours_is_taken(header: str, language: Language) -> None:
    assert preferred_language(header) is language


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values()) if isinstance(text, dict) else []


def _values(text: object) -> set[str]:
    return {name for form in _forms(text) for name in re.findall(r"\{(\w+)\}", form)}
