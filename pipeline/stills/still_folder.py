"""A folder of photographs or time-lapses of one view, as stills in the order in which they were taken.

A day is the one that a still's time names as it was written: its offset is the site's. A photograph's time is the one
in the file of elements, else the one in the folder's `times.json`, else its EXIF's; a clip's times stand beside it.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Final

from pipeline.errors import FootageError
from pipeline.stills.elements_file import A_TIME, read_object, same_name, written_time
from pipeline.stills.taken_at import taken_at
from streams.archive import LISTING, ArchiveClip
from streams.archive_times import clip_times
from streams.errors import ArchiveError
from vision.daily_view import at_view_width
from vision.detector import Image
from vision.image import read_image

PHOTOGRAPHS: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})
CLIPS: Final = frozenset({".mp4", ".mkv", ".ts", ".avi", ".mov"})
# What phones and cameras write, and nothing here reads: passed over, but not without a word.
NOT_READ: Final = frozenset({".heic", ".heif", ".avif", ".gif", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".raw"})
# So many are named in a note that many files share.
NAMED = 5

# Told what whoever gave the folder should know about it.
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Still:
    """One picture with its time as it was written; `read` gives it, (height, width, 3) uint8 BGR, or raises."""

    name: str
    taken_at: datetime
    read: Callable[[], Image]

    @property
    def on(self) -> date:
        """The local day it was taken on."""
        return self.taken_at.date()


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The picture that the elements are drawn on, at its own size."""

    name: str
    taken_at: datetime
    image: Image


@dataclass(frozen=True, slots=True)
class StillFolder:
    """The dated photographs, by path, and the clips of a folder; `undated` are the photographs without a time."""

    name: str
    photographs: Mapping[Path, datetime]
    clips: tuple[Path, ...]
    undated: tuple[Path, ...] = ()

    def stills(self, tell: Tell) -> Iterator[Still]:
        """All stills by time; a clip that breaks off is told, and what came before that is taken.

        Raises:
            StreamError: a clip or its times can't be used.
        """
        photographs = sorted(
            (Still(path.name, at, partial(read_image, path)) for path, at in self.photographs.items()), key=_place
        )
        return heapq.merge(photographs, *(_clip_stills(clip, tell) for clip in self.clips), key=_place)

    def reference(self, said: str) -> Reference:
        """The picture that `said` names: a photograph's name, a clip's for its first picture, or a still's time.

        Raises:
            FootageError: there is none of that name or time.
            VisionError: it can't be read.
        """
        for path, at in self.photographs.items():
            if same_name(path.name) == same_name(said):
                return Reference(path.name, at, read_image(path))
        if any(same_name(path.name) == same_name(said) for path in self.undated):
            raise FootageError(
                f'The reference {said} has no time, neither under "times" nor in its EXIF. Add it: '
                f'"times": {{"{said}": "{A_TIME}"}}.'
            )
        moment = _moment(said)
        for clip in self.clips:
            is_named = same_name(clip.name) == same_name(said)
            if is_named or moment is not None:
                found = _clip_reference(clip, None if is_named else moment)
                if found is not None:
                    return found
        for path, at in self.photographs.items():
            if moment is not None and _is_same(at, moment):
                return Reference(path.name, at, read_image(path))
        raise FootageError(f"The reference {said!r} is not in {self.name}, {self._holds()}")

    def _holds(self) -> str:
        names = [path.name for path in sorted((*self.photographs, *self.undated, *self.clips))]
        return f'which holds {_some(names)}. Name one of them under "reference".'


def still_folder(folder: Path, times: Mapping[str, datetime], tell: Tell, file: Path | None = None) -> StillFolder:
    """Find and date what lies in `folder`, or take the one clip that it is; `file` is no list of times.

    Raises:
        FootageError: there is nothing, or nothing with a time.
    """
    if folder.is_file():
        return StillFolder(folder.parent.name, {}, (_clip(folder),))
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    photographs = [path for path in found if path.suffix.lower() in PHOTOGRAPHS]
    clips = [path for path in found if path.suffix.lower() in CLIPS]
    other = [path.name for path in found if path.suffix.lower() in NOT_READ]
    if other:
        tell(f"Of these files no kind is read: {_some(other)}. Save them as JPEG.")
    timeless = [path for path in clips if not path.with_suffix(".times.json").is_file()]
    if timeless and (photographs or timeless != clips):
        tell(f"Clips without a file of times are left out: {_some([one.name for one in timeless])}.")
        clips = [path for path in clips if path not in timeless]
    if not photographs and not clips:
        raise FootageError(
            f"{folder.name or folder} holds no photographs ({', '.join(sorted(PHOTOGRAPHS))}) and no time-lapse "
            f"({', '.join(sorted(CLIPS))}). Folders in it are not looked into."
        )
    given = {same_name(name): at for name, at in {**_listed(folder / LISTING, file), **times}.items()}
    _tell_of_others(given, photographs, clips, tell)
    dated: dict[Path, datetime] = {}
    for path in photographs:
        at = given.get(same_name(path.name)) or taken_at(path)
        if at is not None:
            dated[path] = at
    undated = tuple(path for path in photographs if path not in dated)
    if undated and not dated and not clips:
        raise FootageError(
            f'None of the {len(undated)} photographs in {folder.name or folder} has a time. Give them under "times", '
            f'such as "times": {{"{undated[0].name}": "{A_TIME}"}}.'
        )
    if undated:
        tell(
            f"Photographs without a time are left out: {_some([path.name for path in undated])}. They have none under "
            '"times" and none in their EXIF.'
        )
    _tell_of_twins(dated, tell)
    return StillFolder(folder.name or str(folder), dated, tuple(clips), undated)


def _listed(listing: Path, file: Path | None) -> dict[str, datetime]:
    if not listing.is_file() or (file is not None and listing.samefile(file)):
        return {}
    times = {}
    for name, text in read_object(listing).items():
        try:
            times[name] = written_time(text)
        except ValueError as error:
            raise FootageError(f"{listing.name}, {name}: {error}.") from error
    return times


def _tell_of_others(
    given: Mapping[str, datetime], photographs: Sequence[Path], clips: Sequence[Path], tell: Tell
) -> None:
    of_clips = [path.name for path in clips if same_name(path.name) in given]
    if of_clips:
        tell(f"Times of {_some(of_clips)} are not taken: a clip's stand beside it, in CLIP.times.json.")
    missing = sorted(given.keys() - {same_name(path.name) for path in (*photographs, *clips)})
    if missing:
        tell(f"Times are given for what is not in the folder: {_some(missing)}.")


def _tell_of_twins(dated: Mapping[Path, datetime], tell: Tell) -> None:
    ordered = sorted(dated.items(), key=lambda item: (_wall(item[1]), item[0]))
    for (one, at), (two, then) in pairwise(ordered):
        if _wall(at) == _wall(then):
            tell(f"{one.name} and {two.name} were both taken at {at.isoformat()}: both are looked at.")


def _clip(path: Path) -> Path:
    if path.suffix.lower() not in CLIPS:
        raise FootageError(
            f"{path.name} is neither a folder nor a time-lapse ({', '.join(sorted(CLIPS))}). Name the folder that "
            "holds the photographs."
        )
    return path


def _clip_stills(clip: Path, tell: Tell) -> Iterator[Still]:
    written = clip_times(clip.with_suffix(".times.json"), None).times
    last: datetime | None = None
    with ArchiveClip(clip).open(Event()) as run:
        frames = iter(run.frames)
        while True:
            try:
                frame = next(frames, None)
            except ArchiveError as error:
                tell(f"{error} What comes before that is looked at.")
                return
            at = None if frame is None else next(written, None)
            if frame is None or at is None:
                return
            if last is not None and _wall(at) < _wall(last):
                raise FootageError(
                    f"{clip.name}: after {last.isoformat()} comes {at.isoformat()}, which by the clock is earlier. "
                    "Write all times with the site's own offset."
                )
            last = at
            # At the width at which it is looked at: a day of a clip can be many pictures.
            yield Still(f"{clip.name} at {at:%H:%M:%S}", at, partial(_same, at_view_width(frame.image)))


def _clip_reference(clip: Path, moment: datetime | None) -> Reference | None:
    """The clip's picture of that moment, or its first one."""
    written = clip_times(clip.with_suffix(".times.json"), None).times
    with ArchiveClip(clip).open(Event()) as run:
        for frame, at in zip(run.frames, written, strict=False):
            if moment is None or _is_same(at, moment):
                return Reference(f"{clip.name} at {at.isoformat()}", at, frame.image)
    return None


def _same(image: Image) -> Image:
    return image


def _moment(said: str) -> datetime | None:
    try:
        return written_time(said)
    except ValueError:
        return None


def _is_same(at: datetime, moment: datetime) -> bool:
    if at.tzinfo is None or moment.tzinfo is None:
        return _wall(at) == _wall(moment)
    return at == moment


def _wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _place(still: Still) -> tuple[datetime, str]:
    return _wall(still.taken_at), still.name


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
