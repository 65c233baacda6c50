"""What people read, in Kazakh, Russian and English: catalogues with plural forms."""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from roadmap.items import Text

_FOLDER = Path(__file__).with_name("messages")


class Language(StrEnum):
    """A language of the pages; its value is the ISO 639-1 code."""

    KK = "kk"
    RU = "ru"
    EN = "en"


CODES = frozenset(language.value for language in Language)
# The plural categories of Unicode CLDR for whole numbers; a Kazakh noun after a number stays singular.
PLURAL_FORMS: dict[Language, tuple[str, ...]] = {
    Language.KK: ("other",),
    Language.RU: ("one", "few", "many"),
    Language.EN: ("one", "other"),
}


class Messages:
    """One language's catalogue; call it with a key and the values to fill in."""

    def __init__(self, language: Language, texts: Mapping[str, str | Mapping[str, str]]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The message under `key`; one with plural forms picks its form by `count`.

        Raises:
            KeyError: the catalogue lacks the message.
        """
        text = self.texts[key]
        if not isinstance(text, str):
            text = text[plural_form(self.language, int(str(values["count"])))]
        return text.format(**values) if values else text

    def known(self, key: str, otherwise: str) -> str:
        """The message under `key` where there is one: for words that detectors bring along."""
        text = self.texts.get(key, otherwise)
        return text if isinstance(text, str) else otherwise

    def of(self, text: Text) -> str:
        """The reader's language out of a text in three."""
        return {Language.KK: text.kk, Language.RU: text.ru, Language.EN: text.en}[self.language]


@cache
def messages_of(language: Language) -> Messages:
    """The catalogue of a language, read once."""
    path = _FOLDER / f"{language.value}.json"
    return Messages(language, json.loads(path.read_text(encoding="utf-8")))


def plural_form(language: Language, count: int) -> str:
    """Which plural form goes with a whole number."""
    if language is Language.KK:
        return "other"
    if language is Language.EN:
        return "one" if count == 1 else "other"
    if count % 10 == 1 and count % 100 != 11:
        return "one"
    if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14):
        return "few"
    return "many"


def preferred_language(accept_language: str) -> Language:
    """The first of our languages that a browser asks for; Kazakh where it asks for none."""
    asked = [_weighted(part) for part in accept_language.lower().split(",")]
    for _, code in sorted(asked, key=lambda pair: -pair[0]):
        if code in CODES:
            return Language(code)
    return Language.KK


def _weighted(part: str) -> tuple[float, str]:
    code, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), code.split("-")[0]
    except ValueError:
        return 0.0, ""
