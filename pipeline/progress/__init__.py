"""What is built, from stored evidence: daily views of placements, and the days of their work elements."""
