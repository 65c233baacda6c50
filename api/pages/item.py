"""One item of the roadmap: what it is to reach, who answers for it, and its projects."""

from html import escape

from nicegui import run, ui
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import html_part, page_frame
from api.pages.item_detail import ItemReading, item_detail, read_item
from api.pages.language import Messages
from api.pages.live import REFRESH_EVERY_S, LiveRegions
from api.pages.marks import awaits_mark, bar_figures, bar_legend, basis_word, progress_bar, status_mark
from api.pages.refusal import show_refusal
from api.pages.visitor import Visitor, enter, login_address
from api.pages.wording import date_text, moment_text, number_text
from api.services import Services
from models.errors import ModelsError, NotFoundError, UnauthenticatedError


def add_item_page(services: Services) -> None:
    """Register the page."""

    @ui.page("/items/{number}", response_timeout=30)
    async def item_page(request: Request, number: str) -> Response | None:
        visitor = await enter(request, services)
        if isinstance(visitor, Response):
            return visitor
        messages = visitor.taste.messages
        try:
            reading = await _read(services, visitor, number)
        except ModelsError as error:
            show_refusal(error, visitor.taste, visitor.principal, services.now())
            return None
        if reading is None:
            return Response(status_code=503)
        regions = LiveRegions(_regions(reading, messages))
        with page_frame(messages("page.item", number=number), visitor.taste, visitor.principal, services.now()):
            html_part(_content(reading, messages))
            ui.timer(REFRESH_EVERY_S, lambda: _refresh(services, visitor, number, regions), immediate=False)
        return None


async def _refresh(services: Services, visitor: Visitor, number: str, regions: LiveRegions) -> None:
    try:
        reading = await _read(services, visitor, number)
    except UnauthenticatedError:
        ui.navigate.to(login_address(visitor.taste.address))
    except ModelsError:
        ui.navigate.reload()
    else:
        if reading is not None:
            regions.update(_regions(reading, visitor.taste.messages))


async def _read(services: Services, visitor: Visitor, number: str) -> ItemReading | None:
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise NotFoundError(f"There is no roadmap item {number!r}.")

    def read() -> ItemReading:
        return read_item(services, services.accounts.principal_of_login(visitor.token), int(number))

    return await run.io_bound(read)


def _content(reading: ItemReading, messages: Messages) -> str:
    item = reading.view.item
    back = escape(messages("page.roadmap"))
    title = escape(messages.of(item.title))
    regions = _regions(reading, messages)
    return (
        f'<nav class="crumbs"><a href="/">{back}</a></nav>'
        f'<div class="headline"><p class="item-number">№ {item.number}</p><h1>{title}</h1></div>'
        f"{regions['item-figures']}"
        f'<section class="card"><div class="card-head"><h2>'
        f"{escape(messages('item.projects', count=len(reading.view.projects)))}</h2>{bar_legend(messages)}</div>"
        f"{regions[f'detail-{item.number}']}</section>"
    )


def _regions(reading: ItemReading, messages: Messages) -> dict[str, str]:
    return {
        "item-figures": _figures(reading, messages),
        f"detail-{reading.view.item.number}": item_detail(reading, messages),
    }


def _figures(reading: ItemReading, messages: Messages) -> str:
    item, language = reading.view.item, messages.language
    quantity = number_text(
        item.target_quantity, language, 0 if item.target_quantity == int(item.target_quantity) else 1
    )
    bar = progress_bar(item.planned_percent, item.reported_percent, None, messages)
    figures = bar_figures(item.planned_percent, item.reported_percent, None, messages)
    as_of = "" if item.as_of is None else f"{messages('board.as_of')} {moment_text(item.as_of, language)}"
    rule = "" if reading.view.rule_version is None else messages("item.rule", rule=reading.view.rule_version)
    cells = (
        (
            messages("board.status"),
            f"{status_mark(item.status, messages)}{awaits_mark(messages) if item.awaits_decision else ''}",
            " · ".join((basis_word(item.basis, messages), *(escape(part) for part in (as_of, rule) if part))),
        ),
        (messages("board.progress"), bar, figures),
        (
            messages("board.target"),
            f"<b>{quantity}</b> {escape(messages.of(item.unit))}",
            escape(messages.of(item.indicator)),
        ),
        (messages("item.answers"), escape(messages.of(item.body)), escape(messages.of(item.post))),
        (
            messages("item.period"),
            f"{escape(date_text(item.starts_on, language))} – {escape(date_text(item.due_on, language))}",
            escape(messages(f"direction.{item.direction}")),
        ),
    )
    facts = "".join(
        f'<div><dt>{escape(word)}</dt><dd>{value}<span class="second">{second}</span></dd></div>'
        for word, value, second in cells
    )
    return f'<dl class="facts" id="item-figures">{facts}</dl>'
