"""From frames to observations, signals and proposed statuses."""
