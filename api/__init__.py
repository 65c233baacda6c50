"""The edge: HTTP, pages and command line, and the root that wires them together."""
