"""All queries live here; a repository wraps one session."""
