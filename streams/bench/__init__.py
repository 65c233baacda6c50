"""Cameras on this machine to measure with, and what others would do with their streams."""
