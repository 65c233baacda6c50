"""Reading a picture that a row names, and saying so where policy no longer keeps it."""

from models.errors import EvidenceRemovedError
from models.evidence import EvidenceStore, StoredFile
from models.tables.observations import Evidence
from models.words import RemovedBecause


def read_kept(store: EvidenceStore, row: Evidence) -> bytes:
    """A picture's bytes, checked against its digest.

    Raises:
        EvidenceRemovedError: it was kept as long as policy asks, and is gone.
        EvidenceError: the file is missing or was altered.
    """
    require_kept(row)
    return store.read(StoredFile(row.path, row.sha256))


def require_kept(row: Evidence) -> None:
    """Stop here unless a picture's file is to be there.

    Raises:
        EvidenceRemovedError: it was kept as long as policy asks, and is gone.
    """
    if row.removed_at is None:
        return
    why = "its project has been over for long" if row.removed_because == RemovedBecause.PROJECT_OVER else "it was old"
    raise EvidenceRemovedError(
        f"This picture was removed on {row.removed_at:%Y-%m-%d}, since {why} and nothing that is in force cites it. "
        f"Its figures stand; its sha256 was {row.sha256}."
    )
