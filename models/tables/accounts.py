"""Who uses Nazar: organisations, accounts, log-in sessions and system tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.principal import Role
from models.tables.base import Base
from models.words import OrganisationKind


class Organisation(Base):
    """A ministry, akimat or investor."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in OrganisationKind)})", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]


class Account(Base):
    """A person who can log in."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(f"role IN ({', '.join(repr(role.value) for role in Role)})", name="role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]


class LoginSession(Base):
    """One log-in of one account; only the token's hash is kept."""

    __tablename__ = "login_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """A system's key with its scopes; only the token's hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
