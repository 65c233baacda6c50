"""Where an export is written: a new folder, or a zip."""

import zipfile
from pathlib import Path
from typing import IO, Protocol

from pipeline.errors import ExportError

# A fixed date, so that the same export gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class ExportTarget(Protocol):
    """Takes the files of an export one by one."""

    def add(self, path: str, data: bytes) -> None:
        """Write a file; `path` is relative, with forward slashes."""
        ...


class ExportFolder:
    """Writes into a folder that is new or empty."""

    def __init__(self, root: Path) -> None:
        """Take a folder.

        Raises:
            ExportError: it holds files already, or cannot be made.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{root} can't be made: {error.strerror}. Name another folder.") from error
        if any(root.iterdir()):
            raise ExportError(f"{root} is not empty. Name a new folder, so that nothing old stays among the new.")
        self._root = root

    def add(self, path: str, data: bytes) -> None:
        """Write a file.

        Raises:
            ExportError: the disk refused it.
        """
        target = self._root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise ExportError(f"{target} can't be written: {error.strerror}.") from error


class ExportZip:
    """Writes into an open zip; pictures are stored as they are, for JPEG does not shrink."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, path: str, data: bytes) -> None:
        """Write a file."""
        kind = zipfile.ZIP_STORED if path.endswith(".jpg") else zipfile.ZIP_DEFLATED
        self._archive.writestr(zipfile.ZipInfo(path, _ZIP_DATE), data, compress_type=kind)


def open_zip(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """Begin a zip.

    Raises:
        ExportError: the file cannot be made.
    """
    try:
        return zipfile.ZipFile(file, "x" if isinstance(file, Path) else "w")
    except OSError as error:
        raise ExportError(f"{file} can't be made: {error.strerror}. Name a new file.") from error
