"""The projects under an item."""

from uuid import UUID

from api.pages.item_detail import ItemReading, item_detail
from api.pages.language import Language, messages_of
from models.words import Basis, Status
from roadmap.items import ItemStatusView, ProjectStatusView
from tests.api.pages.views import item_view, project_status, text

EN = messages_of(Language.EN)


def detail(*projects: ProjectStatusView, replayed: frozenset[UUID] = frozenset()) -> str:
    view = ItemStatusView(item=item_view(), rule_version="rollup-1", projects=list(projects))
    return item_detail(ItemReading(view, replayed), EN)


def test_a_project_shows_its_status_its_reason_and_its_figures() -> None:
    html = detail(project_status())

    for words in ("Hospital", "Astana city", "Stalled", "observed", "Nobody worked for 5 days.", "54\u00a0%"):
        assert words in html
    assert f'href="/projects/{UUID(int=7)}"' in html


def test_a_synthetic_report_is_called_synthetic() -> None:
    assert "synthetic report" in detail(project_status())
    assert "synthetic report" not in detail(project_status(report_is_synthetic=False))


def test_a_project_watched_by_a_replay_is_marked() -> None:
    assert "replay" in detail(project_status(), replayed=frozenset({UUID(int=7)}))
    assert "replay" not in detail(project_status())


def test_a_reason_for_another_status_than_the_one_in_force_names_its_own() -> None:
    html = detail(project_status(status=Status.BEHIND, basis=Basis.DECIDED))

    assert "Cameras propose: " in html
    assert "Stalled" in html


def test_a_project_without_cameras_says_what_its_status_rests_on() -> None:
    html = detail(project_status(proposed=None, basis=Basis.REPORTED, status=Status.BEHIND))

    assert "No camera watches" in html
    assert "1\u00a0Nov\u00a02026" in html


def test_the_worst_project_stands_first() -> None:
    html = detail(
        project_status(id=UUID(int=1), status=Status.COMPLETED, title=text("Done")),
        project_status(id=UUID(int=2), status=Status.STALLED, title=text("Stuck")),
    )

    assert html.index("Stuck") < html.index("Done")


def test_an_item_without_projects_says_so() -> None:
    assert "No project is tied to this item yet." in detail()
