"""The sample roadmap holds together: counts, languages, dates and references."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import roadmap

SAMPLE = Path(roadmap.__file__).parent / "sample"
SHOWN_ON = date(2026, 11, 21)  # the day against which the reported shares were chosen
TEXTS = {
    "organisations": ("name",),
    "regions": ("name",),
    "documents": ("title",),
    "items": ("title", "post", "indicator", "unit"),
    "projects": ("title",),
}
KEYS = {"organisations": "key", "regions": "code", "documents": "key", "items": "number", "projects": "key"}
DIRECTIONS = {"transport", "health", "education", "energy", "water", "industry", "digital", "regional"}
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
KAZAKH_ONLY = re.compile(r"[әғқңөұүһі]", re.IGNORECASE)
# Two regions keep their Kazakh spelling in official Russian.
KAZAKH_NAMES_IN_RUSSIAN = re.compile(r"Жетісу|Ұлытау")
MIXED_ALPHABETS = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")

Row = dict[str, str]


def test_there_are_117_items_numbered_from_1() -> None:
    assert [int(row["number"]) for row in _rows("items")] == list(range(1, 118))


def test_the_items_that_the_demo_names_stand_at_their_numbers() -> None:
    titles = {row["number"]: row["title_en"] for row in _rows("items")}

    assert titles["17"] == "80 medical facilities"
    assert titles["18"] == "Ring road, stage 2"
    assert titles["24"] == "Comfortable schools: 60 new school buildings"


def test_there_are_20_regions() -> None:
    assert len({row["code"] for row in _rows("regions")}) == 20


def test_every_direction_has_items() -> None:
    assert {row["direction"] for row in _rows("items")} == DIRECTIONS


@pytest.mark.parametrize("table", TEXTS)
def test_every_row_fills_every_column(table: str) -> None:
    for row in _rows(table):
        empty = [column for column, value in row.items() if not value.strip()]
        if table == "documents" and row["level"] == "1":
            assert empty == ["parent"], row
        else:
            assert not empty, row


@pytest.mark.parametrize("table", TEXTS)
def test_keys_are_unique(table: str) -> None:
    keys = Counter(row[KEYS[table]] for row in _rows(table))

    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("table", ["organisations", "regions", "documents", "items", "projects"])
def test_names_and_titles_are_unique_in_each_language(table: str, language: str) -> None:
    texts = Counter(row[f"{TEXTS[table][0]}_{language}"] for row in _rows(table))

    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("table", TEXTS)
def test_each_text_is_in_its_language(table: str) -> None:
    for row in _rows(table):
        for name in TEXTS[table]:
            kazakh, russian, english = row[f"{name}_kk"], row[f"{name}_ru"], row[f"{name}_en"]
            assert not CYRILLIC.search(english), english
            assert not KAZAKH_ONLY.search(KAZAKH_NAMES_IN_RUSSIAN.sub("", russian)), russian
            assert not MIXED_ALPHABETS.search(kazakh + "\n" + russian), (kazakh, russian)
            if name != "unit":  # a unit may be a bare sign such as %
                assert CYRILLIC.search(kazakh), kazakh
                assert CYRILLIC.search(russian), russian


def test_organisations_are_bodies_akimats_or_investors_and_each_region_has_its_akimat() -> None:
    kinds = Counter(row["kind"] for row in _rows("organisations"))

    assert set(kinds) == {"body", "akimat", "investor"}
    assert kinds["akimat"] == 20


def test_a_document_stands_under_one_of_the_level_above() -> None:
    levels = {row["key"]: int(row["level"]) for row in _rows("documents")}

    assert set(levels.values()) == {1, 2, 3}
    for row in _rows("documents"):
        if row["parent"]:
            assert levels[row["parent"]] == levels[row["key"]] - 1, row


def test_items_name_bodies_and_documents_that_exist() -> None:
    kinds = {row["key"]: row["kind"] for row in _rows("organisations")}
    documents = {row["key"] for row in _rows("documents")}

    for row in _rows("items"):
        assert kinds[row["body"]] in {"body", "akimat"}, row
        assert row["document"] in documents, row
        assert int(row["target_quantity"]) > 0, row


def test_items_end_after_they_start_between_2024_and_2029() -> None:
    for row in _rows("items"):
        starts_on, due_on = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["due_on"])
        assert date(2024, 1, 1) <= starts_on < due_on <= date(2029, 12, 31), row


def test_every_item_has_a_project_and_projects_name_what_exists() -> None:
    items = {row["number"] for row in _rows("items")}
    organisations = {row["key"] for row in _rows("organisations")}
    regions = {row["code"] for row in _rows("regions")}

    assert {row["item"] for row in _rows("projects")} == items
    for row in _rows("projects"):
        assert row["owner"] in organisations, row
        assert row["region"] in regions, row


def test_projects_run_within_the_dates_of_their_item() -> None:
    items = {row["number"]: row for row in _rows("items")}

    for row in _rows("projects"):
        item = items[row["item"]]
        assert item["starts_on"] <= row["starts_on"] < row["finishes_on"] <= item["due_on"], row


def test_projects_stand_in_the_country_with_a_budget_and_a_past_report() -> None:
    for row in _rows("projects"):
        assert 40.5 <= float(row["latitude"]) <= 55.5, row
        assert 46.4 <= float(row["longitude"]) <= 87.4, row
        assert int(row["budget_kzt"]) > 0, row
        assert int(row["reported_on_offset_days"]) < 0, row
        assert 0 <= int(row["reported_percent"]) <= 100, row


def test_the_projects_with_cameras_are_there_and_have_company_under_their_items() -> None:
    projects = {row["key"]: row for row in _rows("projects")}
    per_item = Counter(row["item"] for row in _rows("projects"))

    assert (projects["hospital"]["item"], projects["hospital"]["region"]) == ("17", "KZ-71")
    assert (projects["school"]["item"], projects["school"]["region"]) == ("24", "KZ-19")
    assert (projects["road-bridge"]["item"], projects["road-bridge"]["region"]) == ("21", "KZ-15")
    assert (projects["pipeline"]["item"], projects["pipeline"]["region"]) == ("62", "KZ-55")
    for number in ("17", "21", "24", "62"):
        assert per_item[number] >= 2


def test_the_reports_show_every_state_with_about_half_on_plan() -> None:
    projects = _rows("projects")
    states = Counter(_state(row) for row in projects)

    assert 0.4 <= states["on plan"] / len(projects) <= 0.6
    assert min(states[state] for state in ("5 to 10 behind", "10 or more behind", "complete", "not started")) >= 8


def _rows(table: str) -> list[Row]:
    with (SAMPLE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _state(row: Row) -> str:
    """The project's state against a straight line between its dates on the day shown."""
    starts_on, finishes_on = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["finishes_on"])
    reported = int(row["reported_percent"])
    if reported == 100:
        return "complete"
    if starts_on > SHOWN_ON:
        return "not started"
    planned = min(100.0, 100 * (SHOWN_ON - starts_on).days / (finishes_on - starts_on).days)
    slippage = planned - reported
    if slippage < 5:
        return "on plan"
    return "5 to 10 behind" if slippage < 10 else "10 or more behind"
