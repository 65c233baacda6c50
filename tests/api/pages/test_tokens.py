"""The design tokens: one file, both themes, contrast that WCAG AA asks for."""

import re

import pytest

from api.pages.frame import ASSETS, STYLES

TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
GROUNDS = ("ground", "sheet", "sheet-hover")
TEXTS = (
    "ink",
    "ink-soft",
    "accent",
    "status-not-started",
    "status-on-track",
    "status-at-risk",
    "status-behind",
    "status-stalled",
    "status-completed",
    "status-no-evidence",
)
PAIRS = dict(
    re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", (ASSETS / "tokens.css").read_text())
)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", TEXTS)
def test_words_are_readable_on_every_ground(name: str, ground: str, theme: int) -> None:
    assert contrast(colour(name, theme), colour(ground, theme)) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_accent_carries_words(theme: int) -> None:
    assert contrast(colour("on-accent", theme), colour("accent", theme)) >= TEXT_CONTRAST
    assert contrast(colour("accent", theme), colour("accent-ground", theme)) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), [("ink", "track"), ("accent", "track"), ("line-strong", "sheet")])
def test_marks_and_edges_can_be_told_from_their_ground(mark: str, ground: str, theme: int) -> None:
    assert contrast(colour(mark, theme), colour(ground, theme)) >= MARK_CONTRAST


@pytest.mark.parametrize("name", [name for name in STYLES if name != "tokens.css"])
def test_sizes_of_type_come_from_the_tokens_alone(name: str) -> None:
    sizes = re.findall(r"font-size: ([^;]+);", (ASSETS / name).read_text())

    assert all(size.startswith("var(--size-") for size in sizes)


@pytest.mark.parametrize("name", STYLES)
def test_no_style_names_another_server(name: str) -> None:
    assert not re.search(r"url\(|https?:|@import", (ASSETS / name).read_text())


def colour(name: str, theme: int) -> tuple[float, float, float]:
    digits = PAIRS[name].split(", ")[theme].removeprefix("#")
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def contrast(first: tuple[float, float, float], second: tuple[float, float, float]) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(rgb: tuple[float, float, float]) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
