"""Keeping an open page up to date: what changed is sent, and nothing else."""

import json
from collections.abc import Mapping

from nicegui import ui

REFRESH_EVERY_S = 2.0


class LiveRegions:
    """What one open page shows, as HTML by the id of its element; lives as long as the page."""

    def __init__(self, shown: Mapping[str, str]) -> None:
        self._shown = dict(shown)

    def update(self, regions: Mapping[str, str]) -> None:
        """Replace the elements whose HTML is no longer what stands there."""
        changed = {name: html for name, html in regions.items() if self._shown.get(name) != html}
        if changed:
            self._shown.update(changed)
            ui.run_javascript(f"nazar.swap({json.dumps(changed)})")


def say(element_id: str, text: str, *, is_error: bool) -> None:
    """Put a message where the page has a place for one."""
    ui.run_javascript(f"nazar.say({json.dumps(element_id)}, {json.dumps(text)}, {json.dumps(is_error)})")
