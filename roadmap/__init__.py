"""The roadmap: projects, roll-up to items, decisions, and who may see them."""
