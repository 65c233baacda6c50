"""One project: what its cameras see now, its status with the grounds, its days, its plan, its decisions."""

from datetime import date
from html import escape
from uuid import UUID

from nicegui import run, ui
from nicegui.events import GenericEventArguments
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.pages.camera_views import camera_views
from api.pages.decision_card import decision_form, decision_history, decision_subject
from api.pages.frame import html_part, page_frame
from api.pages.language import Messages
from api.pages.live import REFRESH_EVERY_S, LiveRegions, say
from api.pages.plan_table import plan_table
from api.pages.progress_card import progress_card
from api.pages.project_reading import ProjectReading, read_project
from api.pages.refusal import show_refusal
from api.pages.site_day_strip import site_day_strip
from api.pages.status_card import evidence_card, evidence_viewer, status_card
from api.pages.visitor import Visitor, enter, login_address
from api.pages.wording import DISPLAY_ZONE, date_text, number_text
from api.services import Services
from models.errors import ModelsError, NotFoundError, UnauthenticatedError
from roadmap.decisions import DecisionDraft, DecisionView

_BILLION = 1e9


def add_project_page(services: Services) -> None:
    """Register the page."""

    @ui.page("/projects/{project_id}", response_timeout=30)
    async def project_page(request: Request, project_id: str) -> Response | None:
        visitor = await enter(request, services)
        if isinstance(visitor, Response):
            return visitor
        opened = _OpenProject(services, visitor)
        try:
            reading = await opened.read(_identified(project_id))
        except ModelsError as error:
            show_refusal(error, visitor.taste, visitor.principal, services.now())
            return None
        if reading is None:
            return Response(status_code=503)
        messages = visitor.taste.messages
        with page_frame(messages.of(reading.status.title), visitor.taste, visitor.principal, services.now()):
            html_part(_content(reading, messages))
            opened.start(reading)
        return None


class _OpenProject:
    """One open project page."""

    def __init__(self, services: Services, visitor: Visitor) -> None:
        self._services = services
        self._visitor = visitor
        self._messages = visitor.taste.messages

    async def read(self, project_id: UUID) -> ProjectReading | None:
        """Read the project anew, with the log-in checked anew."""

        def read() -> ProjectReading:
            principal = self._services.accounts.principal_of_login(self._visitor.token)
            return read_project(self._services, principal, project_id)

        return await run.io_bound(read)

    def start(self, reading: ProjectReading) -> None:
        """Follow the project, and take the reader's decisions."""
        self._project_id = reading.project.id
        self._regions = LiveRegions(_regions(reading, self._messages))
        ui.on("decided", self._on_decided)
        # A latest picture can be replaced between the page and the picture; the reader gets the new one at once.
        ui.on("picture-missed", self._refresh, throttle=REFRESH_EVERY_S)
        ui.timer(REFRESH_EVERY_S, self._refresh, immediate=False)

    async def _refresh(self) -> None:
        try:
            reading = await self.read(self._project_id)
        except UnauthenticatedError:
            ui.navigate.to(login_address(self._visitor.taste.address))
            return
        except ModelsError:
            ui.navigate.reload()
            return
        if reading is not None:
            self._regions.update(_regions(reading, self._messages))

    async def _on_decided(self, event: GenericEventArguments) -> None:
        try:
            draft = DecisionDraft.model_validate(event.args)
        except ValidationError as error:
            problem = error.errors()[0]["msg"].removeprefix("Value error, ")
            say("decide-message", self._messages("decide.failed", detail=problem), is_error=True)
            return

        def decide() -> DecisionView:
            principal = self._services.accounts.principal_of_login(self._visitor.token)
            return self._services.decisions.decide(principal, self._project_id, draft)

        try:
            await run.io_bound(decide)
        except ModelsError as error:
            say("decide-message", self._messages("decide.failed", detail=str(error)), is_error=True)
            return
        say("decide-message", self._messages("decide.done"), is_error=False)
        ui.run_javascript("nazar.decided()")
        await self._refresh()


def _identified(project_id: str) -> UUID:
    try:
        return UUID(project_id)
    except ValueError:
        raise NotFoundError(f"There is no project {project_id!r}.") from None


def _regions(reading: ProjectReading, messages: Messages) -> dict[str, str]:
    regions = {
        "cameras": camera_views(reading.pictures, reading.read_at, messages),
        "status-card": status_card(reading, messages),
        "evidence-card": evidence_card(reading, messages),
        "progress-card": progress_card(reading, messages),
        "site-days": site_day_strip(reading.signal, reading.sites, messages, reading.days),
        "plan": plan_table(reading.plan, _today(reading), messages),
        "history": decision_history(reading, messages),
    }
    if reading.may_decide:
        regions["decide-about"] = decision_subject(reading, messages)
    return regions


def _content(reading: ProjectReading, messages: Messages) -> str:
    regions = _regions(reading, messages)
    item = reading.item
    form = decision_form(reading, messages) if reading.may_decide else ""
    return (
        f'<nav class="crumbs"><a href="/">{escape(messages("page.roadmap"))}</a>'
        f'<a href="/items/{item.number}">№ {item.number} {escape(messages.of(item.title))}</a></nav>'
        f'<div class="headline"><h1>{escape(messages.of(reading.status.title))}</h1>{_facts(reading, messages)}</div>'
        f'<div class="project-page"><div class="project-left"><h2 class="unseen">'
        f"{escape(messages('project.cameras'))}</h2>{regions['cameras']}{regions['site-days']}{regions['plan']}</div>"
        f'<div class="project-right">{regions["status-card"]}{form}{regions["progress-card"]}'
        f"{regions['evidence-card']}{regions['history']}</div>"
        f"</div>{evidence_viewer(messages)}"
    )


def _facts(reading: ProjectReading, messages: Messages) -> str:
    project, language = reading.project, messages.language
    facts = [
        (messages("project.region"), messages.known(f"region.{project.region}", project.region)),
        (
            messages("project.period"),
            f"{date_text(project.starts_on, language)} – {date_text(project.finishes_on, language)}",
        ),
    ]
    if reading.owner is not None:
        owner = reading.owner
        facts.insert(
            0, (messages("project.owner"), {"kk": owner.name_kk, "ru": owner.name_ru}.get(language, owner.name_en))
        )
    if project.budget_kzt is not None:
        amount = number_text(project.budget_kzt / _BILLION, language, 1)
        facts.append((messages("project.budget"), messages("project.budget_value", amount=amount)))
    return (
        '<dl class="head-facts">'
        + "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(value)}</dd></div>" for word, value in facts)
        + "</dl>"
    )


def _today(reading: ProjectReading) -> date:
    return reading.read_at.astimezone(DISPLAY_ZONE).date()
