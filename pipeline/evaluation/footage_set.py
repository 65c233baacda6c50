"""What lies in a folder of footage: sites with their cards and truth, clips with truth, and clips without.

A file is taken only if it keeps its published schema, so that a figure is never of something half understood.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.errors import FootageError

SCHEMAS: Final = Path(__file__).parents[2] / "sample_footage"
CARD_SCHEMA: Final = "card.schema.json"
SITE_SCHEMA: Final = "truth.schema.json"
CLIP_SCHEMA: Final = "clip_truth.schema.json"

_CARD, _TRUTH, _CLIP_TRUTH = "site.json", "truth.json", ".truth.json"
_CLIP_SUFFIXES = frozenset({".mp4", ".mkv", ".ts", ".avi", ".mov"})


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """A site with its card and its days' truth."""

    folder: Path
    card: Mapping[str, Any]
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip, named from the folder that was given, with the card of its site and its truth, if there are any."""

    name: str
    path: Path
    card: Path | None
    truth: Mapping[str, Any] | None

    @property
    def times(self) -> Path | None:
        """The file that says when its pictures were taken."""
        sidecar = self.path.with_suffix(".times.json")
        return sidecar if sidecar.is_file() else None


@dataclass(frozen=True, slots=True)
class FootageSet:
    """A folder's sites, its live clips with truth, and its clips that nobody wrote the truth of."""

    sites: tuple[SiteFolder, ...]
    clips: tuple[Clip, ...]
    without_truth: tuple[Clip, ...]


def footage_set(folder: Path) -> FootageSet:
    """Read what lies in `folder`, a site's or one of sites' folders.

    Raises:
        FootageError: there is nothing to measure, or a file does not keep its schema; says where and why.
    """
    sites = site_folders(folder)
    clips = [_clip(path, folder) for path in _clips(folder)]
    live = tuple(one for one in clips if one.truth is not None and one.truth["kind"] == "live")
    plain = tuple(one for one in clips if one.truth is None)
    if not sites and not live:
        raise FootageError(
            f"{folder} holds neither a site (site.json and truth.json) nor a clip with its truth (CLIP.truth.json); "
            "docs/design/activity.md says what they look like."
        )
    return FootageSet(sites, live, plain)


def site_folders(folder: Path) -> tuple[SiteFolder, ...]:
    """The sites in `folder`, or the one that it is, with their truth.

    Raises:
        FootageError: a site has no card, or a file does not keep its schema.
    """
    return tuple(_site(path) for path in sorted({*folder.glob(_TRUTH), *folder.glob(f"*/{_TRUTH}")}))


def checked(path: Path, schema: str) -> dict[str, Any]:
    """Read a JSON file and hold it against one of the published schemas.

    Raises:
        FootageError: it can't be read, or does not keep the schema.
    """
    # Only measuring holds files against schemas, and it is installed for that only.
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FootageError(f"{path} can't be read as JSON: {error}.") from error
    contract = json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))
    # Of the schemas' formats the checker knows dates by itself; times are held by those who read them.
    validator = Draft202012Validator(contract, format_checker=FormatChecker(("date",)))
    problem = best_match(validator.iter_errors(content))
    if problem is not None:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem.absolute_path)
        where = f" at {place.removeprefix('.')}" if place else ""
        raise FootageError(f"{path}{where}: {problem.message}. The schema is sample_footage/{schema}.")
    return dict(content)


def _site(truth: Path) -> SiteFolder:
    card = truth.with_name(_CARD)
    if not card.is_file():
        raise FootageError(f"{truth} has no {_CARD} beside it, which says when work is scheduled.")
    return SiteFolder(truth.parent, checked(card, CARD_SCHEMA), checked(truth, SITE_SCHEMA))


def _clips(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _CLIP_SUFFIXES and path.is_file():
            yield path


def _clip(path: Path, folder: Path) -> Clip:
    truth_path = path.with_name(f"{path.stem}{_CLIP_TRUTH}")
    truth = checked(truth_path, CLIP_SCHEMA) if truth_path.is_file() else None
    if truth is not None:
        _require_moments(truth, truth_path)
    card = path.parent.parent / _CARD
    return Clip(path.relative_to(folder).as_posix(), path, card if card.is_file() else None, truth)


def _require_moments(truth: Mapping[str, Any], path: Path) -> None:
    """What a schema can't say: each picture's time is one, with its offset, and none lies before another's."""
    before: datetime | None = None
    for number, frame in enumerate(truth["frames"]):
        try:
            at = datetime.fromisoformat(frame["at"])
        except ValueError as error:
            raise FootageError(f"{path} at frames[{number}].at: {frame['at']!r} is no time.") from error
        if at.utcoffset() is None:
            raise FootageError(f"{path} at frames[{number}].at: {frame['at']!r} lacks its offset, such as +05:00.")
        if before is not None and at < before:
            raise FootageError(f"{path} at frames[{number}].at: it lies before the picture that it follows.")
        before = at
