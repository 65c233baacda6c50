"""The roadmap as a dense table: one row an item, opening in place to its projects."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from api.pages.item_detail import detail_placeholder
from api.pages.language import Messages
from api.pages.marks import (
    awaits_mark,
    bar_figures,
    bar_legend,
    basis_word,
    progress_bar,
    sign,
    status_mark,
    synthetic_mark,
)
from api.pages.wording import date_text, moment_text, number_text
from models.words import Status
from roadmap.items import ItemView

# Worst first: what sorting by status means, and the order of the counts after their totals.
_SEVERITY = (
    Status.STALLED,
    Status.BEHIND,
    Status.AT_RISK,
    Status.NO_EVIDENCE,
    Status.NOT_STARTED,
    Status.ON_TRACK,
    Status.COMPLETED,
)
_COUNT_ORDER = (
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.BEHIND,
    Status.STALLED,
    Status.COMPLETED,
    Status.NOT_STARTED,
    Status.NO_EVIDENCE,
)
_COLUMNS = 7


def board_table(items: Sequence[ItemView], messages: Messages) -> str:
    """The whole table."""
    body = "".join(_item_body(item, messages) for item in items)
    return (
        f'<table class="board" id="board"><caption class="unseen">{escape(messages("page.roadmap"))}</caption>'
        f"<thead><tr>{_heads(messages)}</tr></thead>{body}</table>"
        f'<p class="empty" id="no-match" hidden>{escape(messages("board.no_match"))} '
        f'<button type="button" class="link" data-clear>{escape(messages("board.clear"))}</button></p>'
    )


def board_regions(items: Sequence[ItemView], messages: Messages) -> dict[str, str]:
    """The parts of the board that change while it is open, by the id of their element."""
    regions = {f"row-{item.number}": item_row(item, messages) for item in items}
    regions["counts"] = status_counts(items, messages)
    return regions


def item_row(item: ItemView, messages: Messages) -> str:
    """One item's row."""
    number, language = item.number, messages.language
    title, body = escape(messages.of(item.title)), escape(messages.of(item.body))
    delayed = (item.planned_percent or 0.0) - (item.reported_percent or 0.0)
    as_of = "" if item.as_of is None else escape(moment_text(item.as_of, language))
    opens = escape(messages("board.open", number=number))
    return (
        f'<tr class="item-row" id="row-{number}" data-number="{number}" data-status="{item.status.value}"'
        f' data-direction="{escape(item.direction)}" data-body="{body}" data-due="{item.due_on.isoformat()}"'
        f' data-severity="{_SEVERITY.index(item.status)}" data-delay="{delayed:.2f}"'
        f' data-at="{"" if item.as_of is None else item.as_of.isoformat()}">'
        f'<td class="c-number">{number}</td>'
        f'<td class="c-item"><div class="item-line"><button type="button" class="opener" aria-expanded="false"'
        f' aria-controls="detail-{number}" aria-label="{opens}">{_CHEVRON}</button>'
        f'<a class="item-title" href="/items/{number}">{title}</a></div></td>'
        f'<td class="c-target">{_target(item, messages)}</td>'
        f'<td class="c-body"><span class="body-name" title="{body}">{body}</span>'
        f'<span class="second">{escape(messages.of(item.post))}</span></td>'
        f'<td class="c-due">{escape(date_text(item.due_on, language))}</td>'
        f'<td class="c-progress">{progress_bar(item.planned_percent, item.reported_percent, None, messages)}'
        f"{bar_figures(item.planned_percent, item.reported_percent, None, messages)}"
        f"{synthetic_mark(messages) if item.reports_are_synthetic else ''}</td>"
        f'<td class="c-status">{status_mark(item.status, messages)}<span class="second">'
        f"{basis_word(item.basis, messages)}"
        f"{f'<span class=as-of>{as_of}</span>' if as_of else ''}</span>"
        f"{awaits_mark(messages) if item.awaits_decision else ''}</td></tr>"
    )


def status_counts(items: Sequence[ItemView], messages: Messages) -> str:
    """How many items have each status; each count filters by it."""
    total, counted = len(items), Counter(item.status for item in items)
    chips = "".join(
        f'<button type="button" class="count tone-{status.value}{"" if counted[status] else " is-zero"}"'
        f' data-count="{status.value}" aria-pressed="false">'
        f"{sign(status)}<b>{number_text(counted[status], messages.language)}</b>"
        f"<span>{escape(messages(f'status.{status.value}'))}</span></button>"
        for status in _COUNT_ORDER
    )
    return (
        f'<div class="counts" id="counts" role="group" aria-label="{escape(messages("board.counts"))}">'
        f'<p class="total"><b>{number_text(total, messages.language)}</b> '
        f"<span>{escape(messages('board.items', count=total))}</span></p>{chips}</div>"
    )


def board_tools(items: Sequence[ItemView], messages: Messages) -> str:
    """Search, filters and grouping."""
    directions = sorted({item.direction for item in items}, key=lambda name: messages(f"direction.{name}"))
    bodies = sorted({messages.of(item.body) for item in items})
    search = escape(messages("board.search"))
    return (
        '<form class="tools" id="tools" role="search">'
        f'<input type="search" name="q" class="field search" placeholder="{search}" aria-label="{search}"'
        ' autocomplete="off">'
        + _select(
            "direction",
            messages("board.direction"),
            [("", messages("board.all_directions")), *((name, messages(f"direction.{name}")) for name in directions)],
        )
        + _select(
            "body",
            messages("board.body"),
            [("", messages("board.all_bodies")), *((name, name) for name in bodies)],
        )
        + _select(
            "group",
            messages("board.group"),
            [
                ("", messages("board.no_groups")),
                ("direction", messages("board.by_direction")),
                ("body", messages("board.by_body")),
            ],
        )
        + f'<button type="button" class="quiet" data-clear hidden>{escape(messages("board.clear"))}</button>'
        f'<output class="shown" id="shown" aria-live="polite"></output>{bar_legend(messages)}</form>'
    )


_CHEVRON = (
    '<svg aria-hidden="true" viewBox="0 0 16 16"><path d="M6 3.5 10.5 8 6 12.5" fill="none" stroke="currentColor"'
    ' stroke-width="1.8"/></svg>'
)


def _item_body(item: ItemView, messages: Messages) -> str:
    return (
        f'<tbody data-item="{item.number}">{item_row(item, messages)}'
        f'<tr class="detail-row" hidden><td colspan="{_COLUMNS}">{detail_placeholder(item.number, messages)}</td></tr>'
        "</tbody>"
    )


def _target(item: ItemView, messages: Messages) -> str:
    digits = 0 if item.target_quantity == int(item.target_quantity) else 1
    quantity = number_text(item.target_quantity, messages.language, digits)
    done = item.counts.get(Status.COMPLETED, 0)
    projects = (
        messages("board.done", done=done, total=item.projects)
        if done
        else messages("item.projects", count=item.projects)
    )
    return (
        f'<span class="target" title="{escape(messages.of(item.indicator))}"><b>{quantity}</b> '
        f"{escape(messages.of(item.unit))}</span>"
        f'<span class="second">{escape(projects)}</span>'
    )


def _heads(messages: Messages) -> str:
    heads = (
        ("number", "board.number"),
        ("item", "board.item"),
        ("target", "board.target"),
        ("body", "board.body"),
        ("due", "board.due"),
        ("progress", "board.progress"),
        ("status", "board.status_as_of"),
    )
    sorts = {"number": "number", "body": "body", "due": "due", "progress": "delay", "status": "severity"}
    cells = []
    for name, key in heads:
        word = escape(messages(key))
        if name in sorts:
            label = escape(messages("board.sort", column=messages(key)))
            word = f'<button type="button" class="sorter" data-sort="{sorts[name]}" title="{label}">{word}</button>'
        current = ' aria-sort="ascending"' if name == "number" else ""
        cells.append(f'<th scope="col" class="c-{name}"{current}>{word}</th>')
    return "".join(cells)


def _select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    choices = "".join(f'<option value="{escape(value)}">{escape(word)}</option>' for value, word in options)
    return f'<select class="field" name="{name}" aria-label="{escape(label)}">{choices}</select>'
