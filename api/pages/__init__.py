"""NiceGUI pages: they show, services decide."""
