"""FastAPI routes: they translate, services decide."""
