"""GStreamer's RTSP server, run by the system's Python, which is the one that has its bindings.

Takes one argument, a JSON object: `port` (0 for any), `login` (user, password, scheme) or null,
`transports` (those allowed of `tcp` and `udp`) and `streams`: path -> codec, frame_rate (a fraction
as text) and the file that holds the encoded pictures, each behind four bytes of length. Prints the
port when it serves, and serves each stream in a loop, from its start for every client, until it is
killed.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

import gi  # type: ignore[import-not-found]  # lives beside the system's Python only

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

from streams.bench.gst_cameras import LAUNCH, Feed, pictures_in  # noqa: E402 - the versions are chosen first


def serve(port: int, login: dict[str, str] | None, transports: list[str], streams: dict[str, dict[str, str]]) -> None:
    """Serve until killed; exits with a message if the port is taken."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(port))
    if login is not None:
        server.set_auth(_auth(login))
    for path, stream in streams.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(LAUNCH.format(codec=stream["codec"], rate=stream["frame_rate"]))
        factory.set_shared(False)
        factory.set_protocols(_protocols(transports))
        factory.connect(
            "media-configure", Feed(pictures_in(Path(stream["file"])), Fraction(stream["frame_rate"])).configure
        )
        if login is not None:
            factory.set_permissions(_viewers_only())
        server.get_mount_points().add_factory(path, factory)
    if server.attach(None) == 0:
        sys.exit(f"port {port} is taken")
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


def _protocols(transports: list[str]) -> "GstRtsp.RTSPLowerTrans":
    protocols = GstRtsp.RTSPLowerTrans.UNKNOWN
    for transport in transports:
        protocols |= GstRtsp.RTSPLowerTrans.UDP if transport == "udp" else GstRtsp.RTSPLowerTrans.TCP
    return protocols


def _auth(login: dict[str, str]) -> "GstRtspServer.RTSPAuth":
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if login["scheme"] == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(login["user"], login["password"], token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(login["user"], login["password"]), token)
    return auth


def _viewers_only() -> "GstRtspServer.RTSPPermissions":
    permissions = GstRtspServer.RTSPPermissions()
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", permission, True)
    return permissions


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))
