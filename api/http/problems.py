"""Errors as problem details (RFC 9457): one shape for everything that goes wrong."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from api.errors import ProblemType, problem_type_of
from models.errors import InvalidError, ModelsError
from pipeline.errors import PipelineError, PushedTooSoonError
from streams.errors import StreamError
from vision.errors import VisionError

_MEDIA_TYPE = "application/problem+json"
# Many cameras log in only when they are asked to.
_PUSH_CHALLENGE = 'Basic realm="Nazar", Bearer'
_INVALID = ProblemType(422, "invalid", "The values can't hold together")


class FieldError(BaseModel):
    """One thing wrong with one field of the request."""

    model_config = ConfigDict(frozen=True)

    field: str
    problem: str


class Problem(BaseModel):
    """What went wrong and what to do about it."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of a route, for its OpenAPI description."""
    return {status: {"model": Problem, "content": {_MEDIA_TYPE: {}}} for status in statuses}


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error as problem details."""
    for kind in (ModelsError, StreamError, VisionError, PipelineError):
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(StatementError, _on_statement_error)
    app.add_exception_handler(StaleDataError, _on_clash)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    kind = problem_type_of(error) or ProblemType(500, "failed", "This failed")
    errors = []
    if isinstance(error, InvalidError):
        errors = [FieldError(field=problem.field, problem=problem.problem) for problem in error.problems]
    headers = {}
    if kind.status == 401:
        headers["WWW-Authenticate"] = _PUSH_CHALLENGE if request.url.path.endswith("/picture") else "Bearer"
    if isinstance(error, PushedTooSoonError):
        headers["Retry-After"] = str(error.retry_after_s)
    return _answer(kind, str(error), errors, headers)


async def _on_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # The offending value is left out: it may be a password.
    errors = [
        FieldError(field=".".join(str(part) for part in item["loc"][1:]), problem=_plain(item["msg"]))
        for item in error.errors()
    ]
    detail = "; ".join(f"{item.field or 'request'}: {item.problem}" for item in errors)
    return _answer(_INVALID, detail, errors)


async def _on_http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = ProblemType(error.status_code, "http", str(error.detail))
    return _answer(kind, str(error.detail), headers=dict(error.headers or {}))


async def _on_statement_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StatementError)
    if isinstance(error, IntegrityError):
        return await _on_clash(request, error)
    if isinstance(error, DataError) or isinstance(error.orig, ValueError | OverflowError):
        return _answer(_INVALID, "A value can't be stored: a date out of range, or a character that text can't hold.")
    return await _on_unexpected(request, error)


async def _on_clash(_request: Request, _error: Exception) -> JSONResponse:
    # Two requests changed the same thing at the same moment; the database kept the first.
    kind = ProblemType(409, "conflict", "This clashes with what is stored")
    return _answer(kind, "Somebody else changed this at the same moment. Read it again.")


async def _on_unexpected(request: Request, error: Exception) -> JSONResponse:
    structlog.get_logger().error("request failed", path=request.url.path, exc_info=error)
    kind = ProblemType(500, "failed", "This failed")
    return _answer(kind, "Something failed on our side; the log has the details.")


def _answer(
    kind: ProblemType, detail: str, errors: list[FieldError] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    problem = Problem(
        type=f"urn:nazar:problem:{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=errors or [],
    )
    return JSONResponse(problem.model_dump(mode="json"), kind.status, headers, media_type=_MEDIA_TYPE)


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
