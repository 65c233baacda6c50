"""Holding the product's own figures against what is known to be true of footage."""
