"""A trunk heating main on supports along a corridor; near the end of the footage its camera is pushed aside."""

from datetime import date, time

from sample_footage.render.draws import draw_for
from sample_footage.render.footage_dates import first_day, in_turn
from sample_footage.render.ground_plan import Station, draw_ground_plan
from sample_footage.render.pipeline_works import cladding, pipe, supports
from sample_footage.render.site_plan import Backdrop, ClipPlan, Element, FaultPlan, Phase, SitePlan, Task, Title, View
from sample_footage.render.terrain import Strip


def plan_pipeline(seed: int, days: int) -> SitePlan:
    """Lay the pipeline out as `seed` says."""
    rng = draw_for(seed, "pipeline", "layout")
    ground = draw_ground_plan(
        rng,
        has_dig=True,
        crane_load="pipe",
        stack_kinds=("trunk_pipes", "timber", "trunk_pipes"),
        stations={
            "lift": Station(8.2, 29.0, 168.0),
            "pour": Station(-3.4, 29.2, -8.0),
            "park": Station(-15.6, 45.0, 20.0),
        },
        stripped=(Strip(((-44.0, 26.0), (44.0, 32.0)), 36.0),),
    )
    bend = float(rng.uniform(37.5, 40.5))
    path = [(ground.x(x), y) for x, y in ((-21.0, 33.2), (-2.0, bend - 1.5), (16.0, bend + 4.0), (34.0, bend + 16.0))]
    turned = bool(rng.random() < 0.5)
    pads, tube, jacket = (
        Title("Тіректер", "Опоры", "Supports"),
        Title("Құбырлар", "Трубы", "Pipes"),
        Title("Жылу оқшаулау", "Теплоизоляция", "Insulation"),
    )
    return SitePlan(
        key="pipeline",
        title=Title(
            "Павлодардағы жылу магистралі, 12 км",
            "Тепломагистраль в Павлодаре, 12 км",
            "Heating main in Pavlodar, 12 km",
        ),
        latitude_deg=52.3100,
        longitude_deg=76.9900,
        view_azimuth_deg=float(rng.uniform(-35, 25)),
        first_on=first_day(date(2026, 2, 20), seed, rng),
        days=days,
        looks_at=(time(9, 0), time(13, 0), time(17, 30)),
        working_weekdays=(1, 2, 3, 4, 5, 6),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stall_days=None,
        tasks=(
            Task("supports", pads, "foundation", -75, -26, 30),
            Task("pipes", tube, "structure", -52, 4, 45),
            Task("insulation", jacket, "envelope", -24, 30, 25),
        ),
        views=(
            View(
                key="mast-1",
                ground=ground,
                backdrop=Backdrop.STEPPE,
                elements=(
                    Element(supports("supports", path, reverse=turned), "supports", pads, "along", -0.25, 0.6),
                    Element(pipe("pipes", path, reverse=turned), "pipes", tube, "along", 0.12, 1.08),
                    Element(cladding("insulation", path, reverse=turned), "insulation", jacket, "along", 0.55, 1.5),
                ),
                phases=((0.3, Phase.EARTHWORKS), (1.0, Phase.LIFTING)),
            ),
        ),
        clips=in_turn(
            seed,
            ClipPlan("clip-1", "mast-1", 0.16, time(11, 30)),
            ClipPlan("clip-2", "mast-1", 0.52, time(15, 0)),
            ClipPlan("clip-3", "mast-1", 0.97, time(10, 30)),
        ),
        faults=FaultPlan(
            outage_days=3, is_frozen_once=True, is_blocked_once=True, gets_dirty=True, is_nudged=True, nudge_stays=True
        ),
    )
