"""Settings of what is remembered."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class ModelsSettings(BaseModel):
    """Where the database and the files are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var/nazar"), description="Folder of the SQLite database, the key and the evidence.")
    database_url: str | None = Field(
        None,
        description="SQLAlchemy address of PostgreSQL (postgresql+psycopg://...); without it, SQLite in data_dir.",
        repr=False,
    )
    seal_key_file: Path | None = Field(
        None, description="File with the key that seals camera addresses (mode 0600); made in data_dir if not named."
    )
    seal_key: SecretStr | None = Field(
        None,
        description="The key itself, instead of a file, from the environment; while it is rotated two, the newest "
        "first, with a comma between them.",
    )

    @property
    def url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'nazar.sqlite3'}"

    @property
    def evidence_dir(self) -> Path:
        """Folder of the evidence store."""
        return self.data_dir / "evidence"

    @property
    def key_file(self) -> Path:
        """File of the sealing key in force."""
        return self.seal_key_file or self.data_dir / "seal.key"
