"""What passes between the pool and a decoding process; pictures themselves lie in shared memory."""

import struct
from enum import IntEnum
from typing import Final

# Of the codec's name, the extradata and the encoded picture, which follow in this order.
REQUEST: Final = struct.Struct("<III")
# Verdict, width, height.
ANSWER: Final = struct.Struct("<III")
CHANNELS: Final = 3


class Verdict(IntEnum):
    """What came of a picture."""

    DECODED = 0
    DAMAGED = 1  # nothing whole can be had from it
    TOO_LARGE = 2
