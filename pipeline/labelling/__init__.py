"""Frames on which the detector is unsure, queued for people to label."""
