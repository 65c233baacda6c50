"""Footage of sites whose truth is known exactly, and the programs that make it."""
