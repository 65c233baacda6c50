"""What can go wrong between a frame and a status.

PipelineError
├── SettingsError   a setting that is unknown or makes no sense; the program does not start
├── FootageError    dated footage that cannot be worked through as it is
└── ExportError     files that cannot be written where they are wanted
"""


class PipelineError(Exception):
    """Any failure of pipeline/; its message says what to do."""


class SettingsError(PipelineError):
    """Settings that cannot be used."""


class FootageError(PipelineError):
    """Footage that cannot be worked through."""


class ExportError(PipelineError):
    """An export that cannot be written."""
