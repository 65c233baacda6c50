"""Image to detections: no I/O of its own, no database, no web."""
