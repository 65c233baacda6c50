"""The school: two brick wings whose builders leave; for the last two weeks nothing moves."""

from datetime import date, time, timedelta

from sample_footage.render.building import masonry, road
from sample_footage.render.draws import draw_for
from sample_footage.render.ground_plan import draw_ground_plan
from sample_footage.render.site_plan import Element, SitePlan, Task, Title

_STALLED_DAYS = 14
_LAST_ON = date(2026, 9, 25)


def plan_school(seed: int, days: int) -> SitePlan:
    """Lay the school out as `seed` says."""
    rng = draw_for(seed, "school", "layout")
    ground = draw_ground_plan(rng)
    west, east, yard = (
        Title("Батыс қанат", "Западное крыло", "West wing"),
        Title("Шығыс қанат", "Восточное крыло", "East wing"),
        Title("Мектеп ауласы", "Школьный двор", "School yard"),
    )
    return SitePlan(
        key="school",
        title=Title(
            "Қонаев қаласындағы 600 орындық мектеп",
            "Школа на 600 мест в Конаеве",
            "School for 600 pupils in Qonaev",
        ),
        latitude_deg=43.8710,
        longitude_deg=77.0620,
        view_azimuth_deg=rng.uniform(-40, 20),
        first_on=_LAST_ON - timedelta(days=days - 1),
        days=days,
        looks_at=(time(8, 30), time(11, 15), time(14, 30), time(17, 15)),
        live_at=time(15, 0),
        working_weekdays=(1, 2, 3, 4, 5),
        works_from=time(8, 0),
        works_until=time(18, 0),
        stalls_after=_LAST_ON - timedelta(days=_STALLED_DAYS),
        tasks=(
            Task("earthworks", Title("Жер жұмыстары", "Земляные работы", "Earthworks"), -190, -150, 10),
            Task("foundation", Title("Іргетас", "Фундамент", "Foundation"), -150, -90, 15),
            Task("wing-west", west, -85, -8, 20),
            Task("wing-east", east, -70, 12, 20),
            Task("yard", yard, -25, 20, 8),
            Task("roof", Title("Шатыр мен терезелер", "Кровля и окна", "Roof and windows"), 5, 60, 12),
            Task("finishing", Title("Әрлеу жұмыстары", "Отделочные работы", "Finishing"), 40, 130, 15),
        ),
        elements=(
            Element(
                masonry("wing-west", (-17.8, 33.0), (14.0, 9.0), 3, reverse=False), "wing-west", west, "up", 0.52, 0.60
            ),
            Element(
                masonry("wing-east", (-2.5, 35.0), (15.5, 9.0), 3, reverse=True), "wing-east", east, "up", 0.33, 0.40
            ),
            Element(road("yard", (-15.0, 29.6), 30.0, 4.4, reverse=False), "yard", yard, "left_to_right", 0.08, 0.17),
        ),
        ground=ground,
    )
