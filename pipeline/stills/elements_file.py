"""The file in which a person draws work elements on a picture of a folder, and says when its pictures were taken."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, ValidationError

from pipeline.errors import FootageError
from vision.progress.work_element import Growth
from vision.progress.work_kind import WorkKind

A_TIME: Final = "2025-07-24T09:00:00+05:00"
FORM: Final = "docs/design/progress.md has the file's form"


def same_name(name: str) -> str:
    """A file's name as it is compared: some systems write й in two signs, some in one."""
    return unicodedata.normalize("NFC", name.removeprefix("./"))


def written_time(text: object) -> datetime:
    """A moment as it was written down, with its offset or by the site's own clock.

    Raises:
        ValueError: it is none.
    """
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no time such as {A_TIME}") from error


def read_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object, with or without a byte order mark.

    Raises:
        FootageError: it can't be read, or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FootageError(f"{path.name} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FootageError(f"{path.name} is not in UTF-8. Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise FootageError(f"{path.name} is no JSON: {error}. Mend it there; {FORM}.") from error
    if not isinstance(content, dict):
        raise FootageError(f"{path.name} is not a JSON object; {FORM}.")
    return content


def _named(identity: str) -> str:
    if not identity.strip():
        raise ValueError("is empty; give the element a name")
    return identity


class DrawnElement(BaseModel):
    """One element as it is drawn: corners in pixels of the reference picture, around the finished extent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, AfterValidator(_named)]
    polygon: Annotated[tuple[tuple[FiniteFloat, FiniteFloat], ...], Field(min_length=3)]
    reference_share: Annotated[float, Field(ge=0.0, le=1.0)]
    growth: Growth = Growth.UP
    kind: WorkKind | None = None
    order: int | None = None


class ElementsFile(BaseModel):
    """The whole file; `elements` in the order in which they stand in it, `times` as they were written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: Annotated[str, Field(min_length=1)]
    times: dict[str, Annotated[datetime, BeforeValidator(written_time)]] = {}
    elements: Annotated[tuple[DrawnElement, ...], Field(min_length=1)]


def read_elements(path: Path) -> ElementsFile:
    """Read the file.

    Raises:
        FootageError: it can't be used; says where in it and what to do.
    """
    content = read_object(path)
    try:
        file = ElementsFile.model_validate(content)
    except ValidationError as error:
        raise FootageError(f"{path.name}: {_problem(error, content)}.") from error
    numbers: dict[str, int] = {}
    for number, element in enumerate(file.elements, start=1):
        if element.id in numbers:
            raise FootageError(
                f"{path.name}: elements {numbers[element.id]} and {number} are both called {element.id!r}. Give each "
                "an id of its own."
            )
        numbers[element.id] = number
    return file


_MISSING: Final = {
    "reference": "say on which picture of the folder the elements are drawn",
    "elements": "draw at least one",
    "id": "give the element a name",
    "polygon": "give its corners as [[x, y], ...] in pixels of the reference picture",
    "reference_share": "say how much of it stood on the reference picture, from 0 to 1",
}
_FIELDS: Final = {True: tuple(DrawnElement.model_fields), False: tuple(ElementsFile.model_fields)}


def _problem(error: ValidationError, content: Mapping[str, Any]) -> str:
    """The first problem in words, with where it stands."""
    first = error.errors()[0]
    place = tuple(first["loc"])
    is_of_element = place[:1] == ("elements",) and len(place) > 1 and isinstance(place[1], int)
    where = _element(content, place[1]) if is_of_element else ""
    inside = place[2:] if is_of_element else place
    return f"{where}{_told(first['type'], str(first['msg']), inside, first.get('input'), is_of_element=is_of_element)}"


def _element(content: Mapping[str, Any], number: int | str) -> str:
    assert isinstance(number, int)
    given = content["elements"][number]
    name = f" ({given['id']!r})" if isinstance(given, Mapping) and "id" in given else ""
    return f"element {number + 1}{name}: "


def _told(kind: str, message: str, place: tuple[int | str, ...], given: object, *, is_of_element: bool) -> str:
    field = str(place[0]) if place else "it"
    if field == "polygon" and len(place) > 1 and isinstance(place[1], int):
        return f"corner {place[1] + 1} of its polygon is not two numbers [x, y]"
    if kind == "missing":
        lacks = str(place[-1])
        return f"{lacks} is missing; {_MISSING.get(lacks, 'give it')}; {FORM}"
    if kind == "extra_forbidden":
        return f"{field!r} is not known; known are {', '.join(_FIELDS[is_of_element])}"
    if kind == "enum":
        allowed = WorkKind if field == "kind" else Growth
        return f"{field} {given!r} is none of {', '.join(allowed)}"
    if field == "reference_share" and kind in ("greater_than_equal", "less_than_equal", "finite_number"):
        return f"reference_share is {given}; it is a share from 0 to 1, such as 0.6 where 60 % stood"
    if kind == "too_short":
        corners = len(given) if isinstance(given, list) else 0
        return f"its polygon has {corners} corners; it takes at least 3" if is_of_element else "there are no elements"
    if field == "times" and len(place) > 1:
        return f"times, {place[1]}: {message.removeprefix('Value error, ')}"
    if kind == "string_type":
        return f"{field} {given!r} is no text; put it in quotes"
    said = message.removeprefix("Value error, ")
    return f"{field} {said}" if said.startswith("is ") else f"{field}: {said[:1].lower()}{said[1:]}"
