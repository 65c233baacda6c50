"""What can go wrong with what is remembered and with who may touch it.

ModelsError
├── NotFoundError            no such thing, or none that this principal may know of
├── ConflictError            the thing exists already, or changed since it was read
├── InvalidError             values that cannot hold together; carries the fields
├── UnauthenticatedError     nobody is logged in, or the log-in failed
├── ForbiddenError           known, but not allowed
├── EvidenceError            a stored file is missing or no longer has its sha256
│   └── EvidenceRemovedError     it is gone by policy; its row says since when
└── SealError                a sealed secret cannot be opened with the key at hand
"""

from dataclasses import dataclass


class ModelsError(Exception):
    """Any failure of models/; its message says what to do."""


class NotFoundError(ModelsError):
    """There is no such thing, as far as this principal may know."""


class ConflictError(ModelsError):
    """The change clashes with what is stored."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field; `field` is a dotted path."""

    field: str
    problem: str


class InvalidError(ModelsError):
    """Values that cannot hold together."""

    def __init__(self, *problems: FieldProblem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem.field}: {problem.problem}" for problem in problems))


class UnauthenticatedError(ModelsError):
    """Nobody is logged in, or the log-in failed."""


class ForbiddenError(ModelsError):
    """The principal is known but may not do this."""


class EvidenceError(ModelsError):
    """A stored file is missing or altered."""


class EvidenceRemovedError(EvidenceError):
    """A picture that was kept for as long as policy asks, and no longer."""


class SealError(ModelsError):
    """A sealed secret cannot be opened."""
