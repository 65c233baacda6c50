"""Bytes to frames: the only package that imports av."""
