"""Who can be on a site: every machine and person by name, label and group."""

from collections.abc import Iterable
from dataclasses import dataclass

from sample_footage.render.site_plan import Phase, View

CREW = 10
_FIRST_PERSON, _FIRST_ELEMENT = 50, 200
BLOCKER_NUMBER = 190


@dataclass(frozen=True, slots=True)
class Role:
    """A part to be played: its name keeps it through all clips; `group` is what a detector sorts it under."""

    name: str
    label: str
    group: str


EXCAVATOR = Role("excavator-1", "excavator", "machine")
TRUCK = Role("truck-1", "dump_truck", "machine")
LOADER = Role("loader-1", "loader", "machine")
MIXER = Role("mixer-1", "mixer_truck", "machine")
TOWER_CRANE = Role("tower-crane-1", "tower_crane", "machine")
MOBILE_CRANE = Role("mobile-crane-1", "mobile_crane", "machine")
ROLLER = Role("roller-1", "roller", "machine")
PICKUP = Role("pickup-1", "pickup", "vehicle")
CAR = Role("car-1", "car", "vehicle")

_BY_PHASE: dict[Phase, tuple[Role, ...]] = {
    Phase.EARTHWORKS: (EXCAVATOR, TRUCK, LOADER, PICKUP, CAR),
    Phase.CONCRETE: (EXCAVATOR, MIXER, TRUCK, TOWER_CRANE, PICKUP, CAR),
    Phase.LIFTING: (MOBILE_CRANE, MIXER, TRUCK, EXCAVATOR, PICKUP, CAR),
    Phase.ENVELOPE: (MOBILE_CRANE, LOADER, TRUCK, TOWER_CRANE, PICKUP, CAR),
    Phase.PAVING: (TRUCK, ROLLER, LOADER, PICKUP, CAR),
}
_ALL = (EXCAVATOR, TRUCK, LOADER, MIXER, TOWER_CRANE, MOBILE_CRANE, ROLLER, PICKUP, CAR)


def person(number: int) -> Role:
    """Return the role of the crew's member `number`, 0 for the first."""
    return Role(f"person-{number + 1}", "person", "person")


def roles_of(view: View) -> tuple[Role, ...]:
    """Return every part that the view's phases can need."""
    wanted = {role for _, phase in view.phases for role in _BY_PHASE[phase]}
    return (*(role for role in _ALL if role in wanted), *(person(number) for number in range(CREW)))


def role_named(name: str) -> Role:
    """Return the role of that name."""
    return next((role for role in _ALL if role.name == name), Role(name, "person", "person"))


def number_of(role: Role) -> int:
    """Return the number that the id mask knows a role by."""
    if role.label == "person":
        return _FIRST_PERSON + int(role.name.rsplit("-", 1)[1]) - 1
    return 1 + _ALL.index(role)


def name_of(number: int) -> str | None:
    """Return whose number this is in an id mask; None for what plays no part."""
    if 1 <= number <= len(_ALL):
        return _ALL[number - 1].name
    if _FIRST_PERSON <= number < _FIRST_PERSON + CREW:
        return person(number - _FIRST_PERSON).name
    return None


def element_numbers(keys: Iterable[str]) -> dict[str, int]:
    """Return the id mask's number of each work element of a view."""
    return {key: _FIRST_ELEMENT + index for index, key in enumerate(keys)}
