"""Photographs in a folder, or a time-lapse, followed to the built shares of what is drawn on one of them."""
