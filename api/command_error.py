"""What a command says in one line before it ends with exit code 2."""


class CommandError(Exception):
    """A command that can't do what it was asked to; its message says what to do."""
