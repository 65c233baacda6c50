"""SQLAlchemy tables, one domain a file."""
