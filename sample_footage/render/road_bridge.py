"""A road with a bridge, seen by two cameras: the bridge over the river flat, and the embankment that leads to it."""

from datetime import date, time

import numpy as np

from sample_footage.render.draws import draw_for
from sample_footage.render.footage_dates import first_day, in_turn
from sample_footage.render.ground_plan import Station, draw_ground_plan
from sample_footage.render.roadworks import deck, embankment, pavement, piers
from sample_footage.render.site_plan import (
    Backdrop,
    ClipPlan,
    DemoHint,
    Element,
    FaultPlan,
    Phase,
    SitePlan,
    Task,
    Title,
    View,
)
from sample_footage.render.terrain import Ravine, Strip

_PIER_M, _DECK_WIDE_M, _SPANS = 5.2, 9.0, 4
_FILL_M, _CREST_M = 2.8, 10.0


def plan_road_bridge(seed: int, days: int) -> SitePlan:
    """Lay road and bridge out as `seed` says."""
    rng = draw_for(seed, "road-bridge", "layout")
    stand, span, fill, asphalt = (
        Title("Көпір тіректері", "Опоры моста", "Bridge piers"),
        Title("Көпірдің аралық құрылымы", "Пролётное строение", "Bridge deck"),
        Title("Жол үйіндісі", "Насыпь", "Embankment"),
        Title("Жол төсемі", "Дорожная одежда", "Pavement"),
    )
    return SitePlan(
        key="road-bridge",
        title=Title(
            "Елек өзені арқылы көпірі бар автожол, Ақтөбе облысы",
            "Автодорога с мостом через Илек, Актюбинская область",
            "Road with a bridge over the Ilek, Aktobe region",
        ),
        latitude_deg=50.2130,
        longitude_deg=57.1520,
        view_azimuth_deg=float(rng.uniform(-30, 30)),
        first_on=first_day(date(2026, 9, 28), seed, rng),
        days=days,
        looks_at=(time(9, 30), time(13, 0), time(17, 0)),
        working_weekdays=(1, 2, 3, 4, 5, 6),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stall_days=None,
        tasks=(
            Task("piers", stand, "foundation", -110, -40, 25),
            Task("deck", span, "structure", -60, -12, 35),
            Task("embankment", fill, "earthworks", -90, -30, 20),
            Task("pavement", asphalt, "surfacing", -32, -5, 20),
        ),
        views=(_bridge_view(rng, stand, span), _approach_view(rng, fill, asphalt)),
        clips=in_turn(
            seed,
            ClipPlan("clip-1", "mast-1", 0.22, time(11, 0)),
            ClipPlan("clip-2", "mast-2", 0.50, time(14, 0)),
            ClipPlan("clip-3", "mast-1", 0.86, time(12, 30)),
        ),
        faults=FaultPlan(
            outage_days=3, is_frozen_once=True, is_blocked_once=True, gets_dirty=True, is_nudged=True, nudge_stays=False
        ),
        demo=DemoHint(offline_cameras=("mast-2",)),
    )


def _bridge_view(rng: np.random.Generator, stand: Title, span: Title) -> View:
    y, length = float(rng.uniform(40.0, 42.5)), float(rng.uniform(36.0, 40.0))
    spots = [(float(x), y) for x in np.linspace(-length / 2, length / 2, _SPANS + 1)]
    turned = bool(rng.random() < 0.5)
    river = Ravine(((-70.0, 57.0), (-5.0, 54.0), (70.0, 58.0)), 9.0, 1.8)
    ground = draw_ground_plan(
        rng,
        has_dig=False,
        crane_load="beam",
        stack_kinds=("cages", "formwork", "beams"),
        stations={"park": Station(-1.0, 24.8, 84.0)},
        ravine=river,
        stripped=(Strip(((-40.0, 27.0), (40.0, 27.0)), 36.0),),
    )
    return View(
        key="mast-1",
        ground=ground,
        backdrop=Backdrop.RIVER,
        elements=(
            Element(
                piers("piers", spots, _PIER_M, wide=_DECK_WIDE_M - 1, reverse=turned), "piers", stand, "up", -0.35, 0.42
            ),
            Element(
                deck("deck", spots[0], length, _DECK_WIDE_M, _PIER_M, reverse=turned, spans=_SPANS),
                "deck",
                span,
                "along",
                0.36,
                1.2,
            ),
        ),
        phases=((0.2, Phase.CONCRETE), (1.0, Phase.LIFTING)),
    )


def _approach_view(rng: np.random.Generator, fill: Title, asphalt: Title) -> View:
    y, length = float(rng.uniform(39.5, 41.5)), float(rng.uniform(38.0, 44.0))
    turned = bool(rng.random() < 0.5)
    ground = draw_ground_plan(
        rng,
        has_dig=True,
        stack_kinds=("rings", "pipes", "timber"),
        stripped=(Strip(((-44.0, 30.0), (44.0, 30.0)), 40.0),),
    )
    return View(
        key="mast-2",
        ground=ground,
        backdrop=Backdrop.STEPPE,
        elements=(
            Element(
                embankment("embankment", (-length / 2, y), length, _CREST_M, _FILL_M, 4, reverse=turned),
                "embankment",
                fill,
                "up",
                -0.22,
                0.66,
            ),
            Element(
                pavement("pavement", (-length / 2, y), length, _CREST_M - 2, _FILL_M, reverse=turned),
                "pavement",
                asphalt,
                "along",
                0.62,
                1.25,
            ),
        ),
        phases=((0.6, Phase.EARTHWORKS), (1.0, Phase.PAVING)),
    )
