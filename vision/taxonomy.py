"""The classes that site pictures are labelled with here, in class_id order; see docs/design/detector/data.md."""

from vision.detections import Group, Label

PERSON = Label("person", Group.PERSON)
MACHINERY = Label("machinery", Group.MACHINE)
VEHICLE = Label("vehicle", Group.VEHICLE)

# What boxes are found, counted and measured by.
SITE_LABELS = (PERSON, MACHINERY, VEHICLE)

# What a box of machinery may be called besides; each is a further output at the same place.
MACHINE_TYPES = tuple(
    Label(name, Group.MACHINE)
    for name in ("excavator", "bulldozer", "dump_truck", "loader", "mixer_truck", "crane", "roller")
)
NETWORK_LABELS = (*SITE_LABELS, *MACHINE_TYPES)

PERSON_ID, MACHINERY_ID, VEHICLE_ID = range(len(SITE_LABELS))
TYPE_IDS = tuple(range(len(SITE_LABELS), len(NETWORK_LABELS)))


def group_class_of(class_id: int) -> int:
    """The class_id of the group that a class of the network counts toward: machinery for its types."""
    return MACHINERY_ID if class_id in TYPE_IDS else class_id
