"""The FastAPI application."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from api.http import (
    accounts,
    before_after,
    cameras,
    elements,
    evidence,
    labelling,
    operations,
    placements,
    projects,
    push,
    roadmap,
    sessions,
    sites,
)
from api.http.problems import install_problem_handlers
from api.services import Services
from models.errors import NotFoundError

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def make_app(services: Services, metrics: CollectorRegistry, *, secure_cookies: bool, lifespan: Lifespan) -> FastAPI:
    """Make the application over one instance's services."""
    app = FastAPI(
        title="Nazar",
        version=version("nazar"),
        summary="What site cameras see, as the status of a roadmap",
        openapi_url="/api/openapi.json",
        # Their pages load scripts from outside.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    app.state.metrics = metrics
    app.state.secure_cookies = secure_cookies
    install_problem_handlers(app)
    modules = (
        operations,
        sessions,
        roadmap,
        projects,
        sites,
        cameras,
        push,
        placements,
        elements,
        before_after,
        evidence,
        labelling,
        accounts,
    )
    for module in modules:
        app.include_router(module.router)
    # Pages are mounted behind the routes and answer everything else; programs are told in their own form.
    app.add_api_route("/api/{path:path}", _no_such_address, methods=[*_METHODS], include_in_schema=False)
    return app


def _no_such_address(path: str) -> None:
    raise NotFoundError(f"There is no /api/{path}, or not with this method. /api/openapi.json lists what there is.")
