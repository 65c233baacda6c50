"""Logging in: passwords for people, tokens for systems."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from models.database import Database
from models.errors import ConflictError, FieldProblem, InvalidError, UnauthenticatedError
from models.principal import PERMISSIONS, Permission, Principal, Role
from models.repositories.accounts import AccountRepository
from models.tables.accounts import Account, ApiToken, LoginSession, Organisation

# Argon2id with the library's defaults, which follow RFC 9106's second recommendation.
_HASHER = PasswordHasher()
# What is verified when there is no such account, so that both answers take equally long.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
# Each hash takes 64 MiB on purpose; a flood of log-ins waits instead of filling the memory.
_HASHING = threading.BoundedSemaphore(4)
# So that a scanner of leaked secrets can tell a token by its look.
_MARK = "nzr_"


class AccountDraft(BaseModel):
    """An account to be made; a system gets a token instead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: Annotated[str, Field(min_length=2, max_length=80, pattern=r"^[a-z0-9][a-z0-9._@-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    password: Annotated[SecretStr, Field(min_length=8, max_length=200)]
    organisation: Annotated[str | None, Field(description="Key of the organisation that an owner belongs to.")] = None


class AccountView(BaseModel):
    """An account as it is shown."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    login: str
    name: str
    role: Role
    organisation_id: UUID | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """Show a stored account."""
        return cls.model_validate(account, from_attributes=True)


class OrganisationView(BaseModel):
    """An organisation as it is shown."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    key: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """Show a stored organisation."""
        return cls.model_validate(organisation, from_attributes=True)


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """A fresh log-in: the token to keep in a cookie, shown once, and its end."""

    token: str
    expires_at: datetime
    principal: Principal


class AccountService:
    """Accounts, log-ins and tokens."""

    def __init__(self, database: Database, now: Callable[[], datetime], login_for: timedelta) -> None:
        self._database = database
        self._now = now
        self._login_for = login_for

    def log_in(self, login: str, password: str) -> Login:
        """Log a person in.

        Raises:
            UnauthenticatedError: no such account or a wrong password; which of them is not said.
        """
        with self._database.reading() as session:
            account = AccountRepository(session).account_by_login(login)
        # The hash is computed outside a transaction: it is slow on purpose.
        if not _matches(_NOBODY if account is None else account.password_hash, password) or account is None:
            raise UnauthenticatedError("The login or the password is wrong.")
        now = self._now()
        token = secrets.token_urlsafe(32)
        with self._database.transaction() as session:
            repository = AccountRepository(session)
            repository.forget_expired_logins(now)
            row = LoginSession(
                id=uuid4(),
                token_sha256=_digest(token),
                account_id=account.id,
                created_at=now,
                expires_at=now + self._login_for,
            )
            repository.add(row)
        return Login(token, row.expires_at, _principal_of(account))

    def log_out(self, token: str) -> None:
        """End a log-in; an unknown token is none."""
        with self._database.transaction() as session:
            AccountRepository(session).end_login_session(_digest(token))

    def principal_of_login(self, token: str) -> Principal:
        """Who a log-in's token belongs to.

        Raises:
            UnauthenticatedError: it is unknown or has expired.
        """
        with self._database.reading() as session:
            repository = AccountRepository(session)
            row = repository.login_session(_digest(token), self._now())
            account = None if row is None else repository.account(row.account_id)
        if account is None:
            raise UnauthenticatedError("You are not logged in, or the log-in has run out. Log in again.")
        return _principal_of(account)

    def principal_of_token(self, token: str) -> Principal:
        """Which system a token belongs to.

        Raises:
            UnauthenticatedError: it is unknown, revoked or has expired.
        """
        with self._database.reading() as session:
            row = AccountRepository(session).token(_digest(token))
        if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= self._now()):
            raise UnauthenticatedError("The token is unknown, revoked or has expired.")
        scopes = frozenset(Permission(scope) for scope in row.scopes)
        return Principal(row.id, row.name, Role.SYSTEM, scopes)

    def add_account(self, principal: Principal, draft: AccountDraft) -> AccountView:
        """Make an account.

        Raises:
            ConflictError: the login is taken.
            InvalidError: the role or organisation does not fit.
        """
        principal.require(Permission.ACCOUNT_WRITE)
        if draft.role is Role.SYSTEM:
            raise InvalidError(FieldProblem("role", "a system logs in with a token; make one instead"))
        password_hash = _HASHER.hash(draft.password.get_secret_value())
        with self._database.transaction() as session:
            repository = AccountRepository(session)
            if repository.account_by_login(draft.login) is not None:
                raise ConflictError(f"The login {draft.login!r} is taken.")
            organisation = None if draft.organisation is None else repository.organisation_by_key(draft.organisation)
            if draft.organisation is not None and organisation is None:
                raise InvalidError(FieldProblem("organisation", f"there is no organisation {draft.organisation!r}"))
            if draft.role is Role.OWNER and organisation is None:
                raise InvalidError(FieldProblem("organisation", "an owner belongs to an organisation; name its key"))
            account = Account(
                id=uuid4(),
                login=draft.login,
                name=draft.name,
                role=draft.role.value,
                password_hash=password_hash,
                organisation_id=None if organisation is None else organisation.id,
                created_at=self._now(),
            )
            repository.add(account)
            return AccountView.of(account)

    def accounts(self, principal: Principal) -> list[AccountView]:
        """All accounts."""
        principal.require(Permission.ACCOUNT_WRITE)
        with self._database.reading() as session:
            return [AccountView.of(account) for account in AccountRepository(session).accounts()]

    def organisations(self, principal: Principal) -> list[OrganisationView]:
        """All organisations."""
        principal.require(Permission.ROADMAP_READ)
        with self._database.reading() as session:
            return [OrganisationView.of(row) for row in AccountRepository(session).organisations()]

    def issue_token(self, principal: Principal, name: str, scopes: frozenset[Permission]) -> str:
        """Make a system token; it is shown this once."""
        principal.require(Permission.ACCOUNT_WRITE)
        if not scopes:
            raise InvalidError(FieldProblem("scopes", f"name at least one of: {', '.join(sorted(Permission))}"))
        token = _MARK + secrets.token_urlsafe(32)
        with self._database.transaction() as session:
            AccountRepository(session).add(
                ApiToken(
                    id=uuid4(),
                    name=name,
                    token_sha256=_digest(token),
                    scopes=sorted(scope.value for scope in scopes),
                    created_at=self._now(),
                    expires_at=None,
                    revoked_at=None,
                )
            )
        return token


def machine_principal(name: str) -> Principal:
    """The principal of a command run by whoever holds the machine and its database."""
    return Principal(UUID(int=0), name, Role.ADMIN, PERMISSIONS[Role.ADMIN])


def _principal_of(account: Account) -> Principal:
    role = Role(account.role)
    return Principal(account.id, account.name, role, PERMISSIONS[role], account.organisation_id)


def _matches(password_hash: str, password: str) -> bool:
    try:
        with _HASHING:
            return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    # A token is 256 random bits: a plain digest is enough, and lets the row be looked up by it.
    return hashlib.sha256(token.encode()).hexdigest()
