"""The nazar command, one file a command."""
