"""The school: two brick wings whose builders leave for three weeks and come back."""

from datetime import date, time

from sample_footage.render.building import masonry, road, roof
from sample_footage.render.draws import draw_for
from sample_footage.render.footage_dates import first_day, in_turn
from sample_footage.render.ground_plan import draw_ground_plan
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

_STALL_DAYS, _FULL_DAYS = 21, 60
_WALL_M = 6.7


def plan_school(seed: int, days: int) -> SitePlan:
    """Lay the school out as `seed` says."""
    rng = draw_for(seed, "school", "layout")
    ground = draw_ground_plan(rng)
    west, east, top, yard = (
        Title("Батыс қанат", "Западное крыло", "West wing"),
        Title("Шығыс қанат", "Восточное крыло", "East wing"),
        Title("Шатыр", "Кровля", "Roof"),
        Title("Мектеп ауласы", "Школьный двор", "School yard"),
    )
    left, front = float(rng.uniform(-17.0, -15.6)), float(rng.uniform(34.6, 35.6))
    turned = bool(rng.random() < 0.5)
    stalls = round(days * float(rng.uniform(0.36, 0.44)))
    stalled = _STALL_DAYS if days >= _FULL_DAYS else max(3, round(_STALL_DAYS * days / _FULL_DAYS))
    return SitePlan(
        key="school",
        title=Title(
            "Қонаев қаласындағы 600 орындық мектеп", "Школа на 600 мест в Конаеве", "School for 600 pupils in Qonaev"
        ),
        latitude_deg=43.8710,
        longitude_deg=77.0620,
        view_azimuth_deg=float(rng.uniform(-40, 20)),
        first_on=first_day(date(2026, 7, 20), seed, rng),
        days=days,
        looks_at=(time(9, 0), time(13, 0), time(17, 0)),
        working_weekdays=(1, 2, 3, 4, 5),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stall_days=(stalls, stalls + stalled),
        tasks=(
            Task("earthworks", Title("Жер жұмыстары", "Земляные работы", "Earthworks"), "earthworks", -140, -110, 8),
            Task("foundation", Title("Іргетас", "Фундамент", "Foundation"), "foundation", -115, -62, 14),
            Task("wing-west", west, "structure", -66, -24, 22),
            Task("wing-east", east, "structure", -56, -14, 22),
            Task("roof", top, "envelope", -20, 10, 10),
            Task("yard", yard, "surfacing", -24, 14, 8),
            Task("finishing", Title("Әрлеу жұмыстары", "Отделочные работы", "Finishing"), "finishing", 5, 90, 16),
        ),
        views=(
            View(
                key="mast-1",
                ground=ground,
                backdrop=Backdrop.NEIGHBOURS,
                elements=(
                    Element(
                        masonry("wing-west", (left, front), (13.5, 9.0), 2, reverse=turned),
                        "wing-west",
                        west,
                        "up",
                        -0.25,
                        0.74,
                    ),
                    Element(
                        masonry("wing-east", (left + 15.2, front + 1.4), (14.5, 9.0), 2, reverse=not turned),
                        "wing-east",
                        east,
                        "up",
                        -0.08,
                        0.95,
                    ),
                    Element(
                        roof("roof", (left, front), (13.5, 9.0), _WALL_M, reverse=turned),
                        "roof",
                        top,
                        "along",
                        0.76,
                        1.2,
                    ),
                    Element(road("yard", (-13.5, 31.2), 27.0, 4.2, reverse=turned), "yard", yard, "along", 0.3, 1.15),
                ),
                phases=((0.45, Phase.CONCRETE), (0.75, Phase.EARTHWORKS), (1.0, Phase.ENVELOPE)),
            ),
        ),
        clips=in_turn(
            seed,
            ClipPlan("clip-1", "mast-1", 0.20, time(10, 30)),
            ClipPlan("clip-3", "mast-1", 0.93, time(15, 30)),
            ClipPlan("clip-2", "mast-1", (stalls + stalled - 2) / days, time(14, 0), is_at_work=False),
        ),
        faults=FaultPlan(
            outage_days=2,
            is_frozen_once=True,
            is_blocked_once=True,
            gets_dirty=False,
            is_nudged=True,
            nudge_stays=False,
        ),
        demo=DemoHint(shown_until_share=(stalls + stalled - 2) / (days - 1)),
    )
