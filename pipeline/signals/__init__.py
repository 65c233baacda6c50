"""Pure rules over stored rows: no I/O, no clock, no database."""
