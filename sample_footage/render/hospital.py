"""The hospital: a concrete frame that rises storey by storey, in step with its plan."""

from datetime import date, time

from sample_footage.render.building import frame, road
from sample_footage.render.draws import draw_for
from sample_footage.render.ground_plan import draw_ground_plan
from sample_footage.render.site_plan import Element, SitePlan, Task, Title


def plan_hospital(seed: int, days: int) -> SitePlan:
    """Lay the hospital out as `seed` says."""
    rng = draw_for(seed, "hospital", "layout")
    ground = draw_ground_plan(rng)
    left_a, left_b = (-19.0, -3.0) if not ground.is_mirrored else (4.0, -12.0)
    paving_reversed = bool(rng.random() < 0.5)
    block_a = Title("А блогының қаңқасы", "Каркас блока А", "Frame of block A")
    block_b = Title("Б блогының қаңқасы", "Каркас блока Б", "Frame of block B")
    drive = Title("Кірме жол", "Подъездная дорога", "Access road")
    return SitePlan(
        key="hospital",
        title=Title(
            "Астанадағы 500 төсектік көпбейінді аурухана",
            "Многопрофильная больница на 500 коек в Астане",
            "Multidisciplinary hospital of 500 beds in Astana",
        ),
        latitude_deg=51.0905,
        longitude_deg=71.4180,
        view_azimuth_deg=rng.uniform(-40, 20),
        first_on=date(2026, 9, 14),
        days=days,
        looks_at=(time(8, 30), time(11, 15), time(14, 30), time(17, 15)),
        live_at=time(15, 0),
        working_weekdays=(1, 2, 3, 4, 5),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stalls_after=None,
        tasks=(
            Task("earthworks", Title("Жер жұмыстары", "Земляные работы", "Earthworks"), -150, -112, 10),
            Task("foundation", Title("Іргетас", "Фундамент", "Foundation"), -112, -40, 15),
            Task("frame-a", block_a, -32, 6, 20),
            Task("frame-b", block_b, -26, 14, 20),
            Task("access-road", drive, -18, 10, 8),
            Task("envelope", Title("Қасбет пен шатыр", "Фасад и кровля", "Envelope and roof"), 12, 95, 15),
            Task("finishing", Title("Әрлеу жұмыстары", "Отделочные работы", "Finishing"), 70, 190, 12),
        ),
        elements=(
            Element(
                frame("frame-a", (left_a, 36.0), (3, 2), 4, reverse=ground.is_mirrored),
                "frame-a",
                block_a,
                "up",
                0.42,
                0.86,
            ),
            Element(
                frame("frame-b", (left_b, 37.5), (3, 2), 4, reverse=not ground.is_mirrored),
                "frame-b",
                block_b,
                "up",
                0.24,
                0.66,
            ),
            Element(
                road("access-road", (-15.0, 30.6), 30.0, 4.4, reverse=paving_reversed),
                "access-road",
                drive,
                "right_to_left" if paving_reversed else "left_to_right",
                0.12,
                0.63,
            ),
        ),
        ground=ground,
    )
