"""Queries over organisations, accounts, log-in sessions and tokens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables.accounts import Account, ApiToken, LoginSession, Organisation


class AccountRepository:
    """Accounts and what they log in with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def organisations(self) -> Sequence[Organisation]:
        """All organisations by key."""
        return self._session.scalars(select(Organisation).order_by(Organisation.key)).all()

    def organisation(self, organisation_id: UUID) -> Organisation | None:
        """One organisation."""
        return self._session.get(Organisation, organisation_id)

    def organisation_by_key(self, key: str) -> Organisation | None:
        """One organisation by its key."""
        return self._session.scalar(select(Organisation).where(Organisation.key == key))

    def account(self, account_id: UUID) -> Account | None:
        """One account."""
        return self._session.get(Account, account_id)

    def account_by_login(self, login: str) -> Account | None:
        """One account by what it logs in with."""
        return self._session.scalar(select(Account).where(Account.login == login))

    def accounts(self) -> Sequence[Account]:
        """All accounts by login."""
        return self._session.scalars(select(Account).order_by(Account.login)).all()

    def login_session(self, token_sha256: str, now: datetime) -> LoginSession | None:
        """The log-in that a token belongs to, unless it has expired."""
        return self._session.scalar(
            select(LoginSession).where(LoginSession.token_sha256 == token_sha256, LoginSession.expires_at > now)
        )

    def end_login_session(self, token_sha256: str) -> None:
        """Forget one log-in."""
        self._session.execute(delete(LoginSession).where(LoginSession.token_sha256 == token_sha256))

    def forget_expired_logins(self, now: datetime) -> None:
        """Forget the log-ins that have run out."""
        self._session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))

    def token(self, token_sha256: str) -> ApiToken | None:
        """The system token with this hash."""
        return self._session.scalar(select(ApiToken).where(ApiToken.token_sha256 == token_sha256))

    def add(self, row: Organisation | Account | LoginSession | ApiToken) -> None:
        """Remember a new row."""
        self._session.add(row)
