"""From the daily views of one placement to the built share of each of its work elements."""
