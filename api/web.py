"""The composition root of the web: pages and API over one instance, with or without the watching."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
import uvicorn

from api.command_error import CommandError
from api.http.app import make_app
from api.metrics import registry_of
from api.pages.mount import mount_pages
from api.wiring import Instance
from pipeline.watch.supervisor import Supervisor

_JOIN_S = 30.0


def serve(instance: Instance, *, watches: bool, first: Callable[[threading.Event], None] | None = None) -> None:
    """Serve until interrupted; with `watches`, watch the cameras in the same process.

    `first` is done before the watching begins, in its thread, while pages and API are served already.

    Raises:
        CommandError: the port is in use.
    """
    settings = instance.settings.api
    listening = _listen(settings.host, settings.port)
    stop = threading.Event()
    # Made here, so that missing weights stop the start instead of a thread.
    watching = (
        threading.Thread(target=_watch, args=(instance.supervisor(), first, stop), name="supervisor", daemon=True)
        if watches
        else None
    )

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        if watching is not None:
            watching.start()
        structlog.get_logger().info("serving", address=f"http://{settings.host}:{settings.port}", watching=watches)
        try:
            yield
        finally:
            # Here and not after the server has run: it ends the process by the signal it was sent.
            stop.set()
            if watching is not None:
                await asyncio.to_thread(_join, watching)

    app = make_app(
        instance.services,
        registry_of(instance.database, instance.clock.now),
        secure_cookies=settings.secure_cookies,
        lifespan=lifespan,
    )
    mount_pages(app, instance.services)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5))
    try:
        server.run(sockets=[listening])
    finally:
        listening.close()


def require_free_port(host: str, port: int) -> None:
    """Stop before long work if the port is taken.

    Raises:
        CommandError: it is.
    """
    _listen(host, port).close()


def _watch(supervisor: Supervisor, first: Callable[[threading.Event], None] | None, stop: threading.Event) -> None:
    if first is not None:
        try:
            first(stop)
        except Exception:  # noqa: BLE001 - the thread's outermost level: cameras are watched all the same
            structlog.get_logger().exception("what was to be done before watching failed")
    supervisor.run(stop)


def _join(watching: threading.Thread) -> None:
    watching.join(_JOIN_S)
    if watching.is_alive():
        structlog.get_logger().error("watching does not stop", waited_s=_JOIN_S)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise CommandError(
            f"Port {port} on {host} can't be used: {error.strerror}. "
            f"Stop what uses it or choose another: make demo PORT=8001, or NAZAR_API__PORT=8001."
        ) from error
    return listening
