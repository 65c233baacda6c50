"""For those who run the machine: alive, ready, and counts for Prometheus."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api.http.problems import documented
from api.http.security import ServicesIn
from models.errors import ModelsError

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """A process's own word on how it is."""

    status: str


@router.get("/healthz")
def is_alive() -> Health:
    """Whether the process answers."""
    return Health(status="ok")


@router.get("/readyz", responses=documented(500))
def is_ready(services: ServicesIn) -> Health:
    """Whether the database answers and its schema is current."""
    try:
        is_current = services.database.is_current()
    except SQLAlchemyError as error:
        raise ModelsError("The database doesn't answer.") from error
    if not is_current:
        raise ModelsError("The database's schema is not current; run: nazar db upgrade")
    return Health(status="ready")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """Counts in Prometheus' text format."""
    registry = request.app.state.metrics
    assert isinstance(registry, CollectorRegistry)
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
