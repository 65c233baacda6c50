"""What a clip says of itself before any of it is decoded."""

from av.video.stream import VideoStream


def stated_count(stream: VideoStream) -> int | None:
    """How many pictures a clip says that it shows; None where it doesn't say.

    One that was trimmed without being encoded anew (`ffmpeg -ss ... -c copy`) begins with pictures that are there to
    decode the others only: its edit list hides them, and no player shows them.
    """
    if not stream.frames:
        return None
    return stream.frames - sum(entry.is_discard for entry in stream.index_entries)
