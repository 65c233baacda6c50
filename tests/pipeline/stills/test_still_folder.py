"""What lies in a folder is dated and put in order; what can't be is named."""

import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import FootageError
from pipeline.stills.still_folder import StillFolder, still_folder
from pipeline.stills.taken_at import taken_at
from streams.errors import ArchiveError
from tests.support.cut_clips import write_clip
from tests.support.jpegs import jpeg, png, with_exif_time
from tests.support.scenes import view
from vision.errors import UnreadableImageError

NINE = datetime.fromisoformat("2025-07-24T09:00:00+05:00")
SMALL = np.full((48, 64, 3), 90, np.uint8)


def write(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def opened(folder: Path, times: dict[str, datetime] | None = None) -> tuple[StillFolder, list[str]]:
    told: list[str] = []
    return still_folder(folder, times or {}, told.append), told


def refusal(folder: Path, reference: str = "a.jpg") -> str:
    with pytest.raises(FootageError) as refused:
        opened(folder)[0].reference(reference)
    return str(refused.value)


def test_photographs_come_in_the_order_of_their_times_and_days_are_the_written_ones(tmp_path: Path) -> None:
    write(tmp_path, b_jpg=jpeg(SMALL), a_png=png(SMALL), c_JPEG=jpeg(SMALL))
    late = datetime.fromisoformat("2025-07-24T23:30:00+05:00")
    folder, told = opened(tmp_path, {"b.jpg": NINE, "a.png": late, "c.JPEG": NINE - timedelta(days=1)})
    stills = list(folder.stills(told.append))
    assert [(still.name, still.on) for still in stills] == [
        ("c.JPEG", date(2025, 7, 23)),
        ("b.jpg", date(2025, 7, 24)),
        ("a.png", date(2025, 7, 24)),
    ]
    assert told == []
    assert np.array_equal(stills[2].read(), SMALL)


def test_exif_dates_a_photograph_with_and_without_an_offset(tmp_path: Path) -> None:
    data = jpeg(SMALL)
    write(
        tmp_path,
        a_jpg=with_exif_time(data, "2025:07:24 09:00:00", "+05:00"),
        b_jpg=with_exif_time(data, "2025:07:25 09:00:00", ""),
        c_jpg=with_exif_time(data, "0000:00:00 00:00:00", ""),
    )
    assert taken_at(tmp_path / "a.jpg") == NINE
    assert taken_at(tmp_path / "b.jpg") == datetime.fromisoformat("2025-07-25T09:00:00")
    assert taken_at(tmp_path / "c.jpg") is None


def test_the_file_wins_over_the_folders_list_and_that_over_exif(tmp_path: Path) -> None:
    exif = with_exif_time(jpeg(SMALL), "2025:07:20 09:00:00", "+05:00")
    write(tmp_path, a_jpg=exif, b_jpg=exif, c_jpg=exif)
    (tmp_path / "times.json").write_text('{"a.jpg": "2025-07-21T09:00:00+05:00", "b.jpg": "2025-07-21T09:00:00+05:00"}')
    folder, told = opened(tmp_path, {"a.jpg": NINE})
    assert {path.name: at.day for path, at in folder.photographs.items()} == {"a.jpg": 24, "b.jpg": 21, "c.jpg": 20}
    assert told == []


def test_photographs_without_a_time_are_named_and_left_out(tmp_path: Path) -> None:
    write(tmp_path, a_jpg=jpeg(SMALL), b_jpg=jpeg(SMALL))
    folder, told = opened(tmp_path, {"a.jpg": NINE})
    assert [path.name for path in folder.photographs] == ["a.jpg"]
    assert told == [
        'Photographs without a time are left out: b.jpg. They have none under "times" and none in their EXIF.'
    ]
    with pytest.raises(FootageError, match=r"The reference b\.jpg has no time"):
        folder.reference("b.jpg")


def test_a_folder_in_which_nothing_has_a_time_is_refused(tmp_path: Path) -> None:
    said = refusal(write(tmp_path, a_jpg=jpeg(SMALL), b_jpg=jpeg(SMALL)))
    assert "None of the 2 photographs in" in said
    assert '"times": {"a.jpg": "2025-07-24T09:00:00+05:00"}' in said


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no photographs (.bmp, .jpeg, .jpg" in refusal(tmp_path)


def test_a_reference_that_is_not_there_is_refused_with_what_is(tmp_path: Path) -> None:
    write(tmp_path, a_jpg=with_exif_time(jpeg(SMALL), "2025:07:24 09:00:00", "+05:00"))
    assert "The reference 'z.jpg' is not in" in refusal(tmp_path, "z.jpg")
    assert "which holds a.jpg" in refusal(tmp_path, "z.jpg")


def test_times_for_files_that_are_not_there_and_equal_times_are_noted(tmp_path: Path) -> None:
    write(tmp_path, a_jpg=jpeg(SMALL), b_jpg=jpeg(SMALL))
    folder, told = opened(tmp_path, {"a.jpg": NINE, "b.jpg": NINE, "gone.jpg": NINE})
    assert told == [
        "Times are given for what is not in the folder: gone.jpg.",
        "a.jpg and b.jpg were both taken at 2025-07-24T09:00:00+05:00: both are looked at.",
    ]
    assert len(folder.photographs) == 2


def test_a_cyrillic_name_is_found_however_its_letters_are_written(tmp_path: Path) -> None:
    name = "Первый день.jpg"
    (tmp_path / unicodedata.normalize("NFD", name)).write_bytes(jpeg(SMALL))
    folder, told = opened(tmp_path, {unicodedata.normalize("NFC", name): NINE})
    assert folder.reference(name).taken_at == NINE
    assert told == []


def test_a_format_that_is_not_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, a_jpg=with_exif_time(jpeg(SMALL), "2025:07:24 09:00:00", "+05:00"), b_heic=b"heic", notes_txt=b"-")
    assert opened(tmp_path)[1] == ["Of these files no kind is read: b.heic. Save them as JPEG."]


def test_a_broken_photograph_says_so_when_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, a_jpg=jpeg(view())[:4000])
    folder, told = opened(tmp_path, {"a.jpg": NINE})
    (still,) = folder.stills(told.append)
    with pytest.raises(UnreadableImageError, match=r"a\.jpg: The picture is damaged or cut off"):
        still.read()


def test_a_time_lapse_is_read_by_its_times_and_its_reference_by_a_moment(tmp_path: Path) -> None:
    moments = [NINE + timedelta(hours=8 * number) for number in range(5)]
    write_clip(tmp_path / "site.mp4", [view(built=number / 5) for number in range(5)], moments)
    folder, told = opened(tmp_path)
    stills = list(folder.stills(told.append))
    assert [still.taken_at for still in stills] == moments
    assert [still.on.day for still in stills] == [24, 24, 25, 25, 25]
    assert stills[0].name == "site.mp4 at 09:00:00"
    assert folder.reference("site.mp4").taken_at == NINE
    assert folder.reference("2025-07-25T01:00:00+05:00").taken_at == moments[2]
    assert folder.reference("2025-07-24T20:00:00Z").taken_at == moments[2]
    assert list(still_folder(tmp_path / "site.mp4", {}, told.append).stills(told.append))[4].taken_at == moments[4]
    assert told == []


def test_photographs_and_a_time_lapse_are_put_in_one_order(tmp_path: Path) -> None:
    moments = [NINE, NINE + timedelta(hours=24)]
    write_clip(tmp_path / "site.mp4", [view(), view(built=0.1)], moments)
    write(tmp_path, a_jpg=with_exif_time(jpeg(SMALL), "2025:07:24 12:00:00", "+05:00"))
    folder, told = opened(tmp_path)
    assert [still.name.split()[0] for still in folder.stills(told.append)] == ["site.mp4", "a.jpg", "site.mp4"]


def test_a_clip_without_times_is_named_beside_photographs_and_refused_alone(tmp_path: Path) -> None:
    (tmp_path / "walk.mov").write_bytes(b"")
    folder, told = opened(tmp_path)
    with pytest.raises(ArchiveError, match=r"walk\.times\.json is missing"):
        folder.reference("walk.mov")
    write(tmp_path, a_jpg=jpeg(SMALL))
    folder, told = opened(tmp_path, {"a.jpg": NINE})
    assert (folder.clips, told) == ((), ["Clips without a file of times are left out: walk.mov."])


def test_a_time_lapse_that_breaks_off_gives_what_comes_before_and_says_so(tmp_path: Path) -> None:
    moments = [NINE + timedelta(hours=number) for number in range(10)]
    clip = write_clip(tmp_path / "site.mkv", [view(noise=number) for number in range(10)], moments)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    folder, told = opened(tmp_path)
    stills = list(folder.stills(told.append))
    assert 0 < len(stills) < len(moments)
    assert [still.taken_at for still in stills] == moments[: len(stills)]
    (note,) = told
    assert note.startswith(f"site.mkv breaks off after {len(stills)} of 10 frames.")
    assert note.endswith("What comes before that is looked at.")


def test_a_time_lapse_whose_days_go_back_by_the_clock_is_refused(tmp_path: Path) -> None:
    moments = [datetime.fromisoformat("2025-07-25T01:00:00+05:00"), datetime.fromisoformat("2025-07-24T21:00:00+00:00")]
    write_clip(tmp_path / "site.mp4", [view(), view()], moments)
    folder, told = opened(tmp_path)
    with pytest.raises(FootageError, match="Write all times with the site's own offset"):
        list(folder.stills(told.append))
