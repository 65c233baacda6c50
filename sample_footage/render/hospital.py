"""The hospital: pit, foundation, concrete frame and facade of one block, on plan from first to last."""

from datetime import date, time

from sample_footage.render.building import foundation, frame, road
from sample_footage.render.draws import draw_for
from sample_footage.render.earthworks import pit
from sample_footage.render.envelope import facade
from sample_footage.render.footage_dates import first_day, in_turn
from sample_footage.render.ground_plan import draw_ground_plan
from sample_footage.render.site_plan import Backdrop, ClipPlan, Element, FaultPlan, Phase, SitePlan, Task, Title, View

_DEEP_M, _BASE_M = 1.4, 0.5


def plan_hospital(seed: int, days: int) -> SitePlan:
    """Lay the hospital out as `seed` says."""
    rng = draw_for(seed, "hospital", "layout")
    ground = draw_ground_plan(rng, has_tower_crane=True)
    bays, storeys = (4, 2), int(rng.integers(3, 5))
    left = -13.0 if not ground.is_mirrored else -7.0
    origin = (left + float(rng.uniform(-0.8, 0.8)), 35.5)
    size = (20.0, 10.0)
    turned = bool(rng.random() < 0.5)
    dig, base, shell, wall, drive = (
        Title("Қазаншұңқыр", "Котлован", "Excavation pit"),
        Title("Іргетас", "Фундамент", "Foundation"),
        Title("Қаңқа", "Каркас", "Frame"),
        Title("Қасбет", "Фасад", "Facade"),
        Title("Кірме жол", "Подъездная дорога", "Access road"),
    )
    return SitePlan(
        key="hospital",
        title=Title(
            "Астанадағы 500 төсектік көпбейінді аурухана",
            "Многопрофильная больница на 500 коек в Астане",
            "Multidisciplinary hospital of 500 beds in Astana",
        ),
        latitude_deg=51.0905,
        longitude_deg=71.4180,
        view_azimuth_deg=float(rng.uniform(-40, 20)),
        first_on=first_day(date(2026, 9, 7), seed, rng),
        days=days,
        looks_at=(time(9, 0), time(13, 0), time(17, 30)),
        working_weekdays=(1, 2, 3, 4, 5, 6),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stall_days=None,
        tasks=(
            Task("earthworks", dig, "earthworks", -75, -46, 12),
            Task("foundation", base, "foundation", -56, -34, 18),
            Task("frame", shell, "structure", -42, -6, 30),
            Task("envelope", wall, "envelope", -22, 16, 20),
            Task("access-road", drive, "surfacing", -12, 14, 6),
            Task("finishing", Title("Әрлеу жұмыстары", "Отделочные работы", "Finishing"), "finishing", 10, 90, 14),
        ),
        views=(
            View(
                key="mast-1",
                ground=ground,
                backdrop=Backdrop.TOWN,
                elements=(
                    Element(
                        pit("pit", (origin[0] - 1, 34.3), (22, 12.4), _DEEP_M, reverse=turned),
                        "earthworks",
                        dig,
                        "outward",
                        -0.30,
                        0.16,
                    ),
                    Element(
                        foundation("foundation", origin, size, reverse=turned, depth_m=_DEEP_M, top_m=_BASE_M),
                        "foundation",
                        base,
                        "outward",
                        0.12,
                        0.38,
                    ),
                    Element(
                        frame("frame", origin, bays, storeys, reverse=turned, base_m=_BASE_M),
                        "frame",
                        shell,
                        "up",
                        0.34,
                        0.90,
                    ),
                    Element(
                        facade("facade", origin, bays, storeys, reverse=not turned, base_m=_BASE_M),
                        "envelope",
                        wall,
                        "up",
                        0.66,
                        1.3,
                    ),
                    Element(
                        road("drive", (-13.0, 31.6), 26.0, 3.6, reverse=bool(rng.random() < 0.5)),
                        "access-road",
                        drive,
                        "along",
                        0.80,
                        1.25,
                    ),
                ),
                phases=((0.16, Phase.EARTHWORKS), (0.66, Phase.CONCRETE), (1.0, Phase.ENVELOPE)),
            ),
        ),
        clips=in_turn(
            seed,
            ClipPlan("clip-1", "mast-1", 0.10, time(11, 0)),
            ClipPlan("clip-2", "mast-1", 0.48, time(14, 30)),
            ClipPlan("clip-3", "mast-1", 0.92, time(11, 30)),
        ),
        faults=FaultPlan(
            outage_days=2,
            is_frozen_once=True,
            is_blocked_once=True,
            gets_dirty=True,
            is_nudged=False,
            nudge_stays=False,
        ),
    )
