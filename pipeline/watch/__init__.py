"""Watching cameras: a worker each, one supervisor, and the recorder of windows."""
