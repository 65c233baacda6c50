"""The classes that site photographs are labelled with here, in class_id order."""

from vision.detections import Group, Label

PERSON = Label("person", Group.PERSON)
MACHINERY = Label("machinery", Group.MACHINE)
VEHICLE = Label("vehicle", Group.VEHICLE)

SITE_LABELS = (PERSON, MACHINERY, VEHICLE)
