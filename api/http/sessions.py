"""Logging people in and out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from api.login_cookie import LOGIN_COOKIE
from models.principal import Principal, Role

router = APIRouter(prefix="/api/v1/session", tags=["session"])


class Credentials(BaseModel):
    """What a person logs in with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    login: Annotated[str, Field(max_length=80)]
    password: Annotated[SecretStr, Field(max_length=200)]


class SessionView(BaseModel):
    """Who is logged in."""

    id: UUID
    name: str
    role: Role
    permissions: list[str]
    expires_at: datetime | None = None


@router.post("", status_code=201, responses=documented(401, 422))
def log_in(credentials: Credentials, request: Request, response: Response, services: ServicesIn) -> SessionView:
    """Log in; the answer sets a cookie that scripts can't read."""
    login = services.accounts.log_in(credentials.login, credentials.password.get_secret_value())
    response.set_cookie(
        LOGIN_COOKIE,
        login.token,
        expires=login.expires_at,
        httponly=True,
        samesite="lax",
        secure=request.app.state.secure_cookies,
        path="/",
    )
    return _view(login.principal, login.expires_at)


@router.get("", responses=documented(401))
def who_am_i(principal: PrincipalIn) -> SessionView:
    """Who is asking."""
    return _view(principal, None)


@router.delete("", status_code=204, responses=documented(401, 403))
def log_out(
    response: Response,
    principal: PrincipalIn,  # noqa: ARG001 - only someone logged in can log out
    services: ServicesIn,
    nazar_login: Annotated[str | None, Cookie()] = None,
) -> None:
    """Log out here."""
    if nazar_login is not None:
        services.accounts.log_out(nazar_login)
    response.delete_cookie(LOGIN_COOKIE, path="/")


def _view(principal: Principal, expires_at: datetime | None) -> SessionView:
    return SessionView(
        id=principal.id,
        name=principal.name,
        role=principal.role,
        permissions=sorted(permission.value for permission in principal.permissions),
        expires_at=expires_at,
    )
