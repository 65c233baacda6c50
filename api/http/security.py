"""Who is asking: a log-in's cookie for people, a bearer token for systems."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from api.login_cookie import LOGIN_COOKIE
from api.services import Services
from models.errors import ForbiddenError, UnauthenticatedError
from models.principal import Principal

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Declared for the OpenAPI document; the reading is done below.
_BEARER = HTTPBearer(auto_error=False, description="A system's token")
_COOKIE = APIKeyCookie(name=LOGIN_COOKIE, auto_error=False, description="A person's log-in")


def services_of(request: Request) -> Services:
    """The instance's services."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesIn = Annotated[Services, Depends(services_of)]


def principal_of(
    request: Request,
    services: ServicesIn,
    bearer: Annotated[object, Depends(_BEARER)],
    cookie: Annotated[str | None, Depends(_COOKIE)],
) -> Principal:
    """The principal of a request.

    Raises:
        UnauthenticatedError: there is neither a valid token nor a valid log-in.
        ForbiddenError: a page of another origin tries to act with a person's log-in.
    """
    if bearer is not None:
        return services.accounts.principal_of_token(str(getattr(bearer, "credentials", "")))
    if cookie is None:
        raise UnauthenticatedError("This needs a log-in or a token.")
    if request.method not in _SAFE_METHODS:
        _require_own_origin(request)
    return services.accounts.principal_of_login(cookie)


PrincipalIn = Annotated[Principal, Depends(principal_of)]


def _require_own_origin(request: Request) -> None:
    # Browsers send Origin with every unsafe request; programs that send none hold no foreign cookie.
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForbiddenError("This request comes from a page of another site.")
