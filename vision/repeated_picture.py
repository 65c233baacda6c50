"""Whether two pictures of a camera are the same one, sent again.

A real camera's noise, encoded or not, changes more than the rounding of a picture that is encoded again. A clock
that goes on in a caption strip over a picture that stands does not make it a new one.
"""

import cv2
import numpy as np

from vision.detector import Image
from vision.view_traits import caption_px

# Measured on rendered footage: a picture that is encoded again differs by over 2 levels in 0.25 % of its pixels at
# most and never by over 7; the stillest pair of real ones in clear air in 3 %, still scenes encoded at any rate in 5 %.
# Pictures that show nothing at all (dense fog at a low rate) are not told apart: whoever asks must leave them out.
ROUNDING_LEVELS, ROUNDING_SHARE = 2, 0.006
# So that somebody who walks far off, in a picture whose encoder skips all that stands, is not overlooked.
CHANGE_LEVELS, CHANGE_SHARE = 8, 0.00004
# A clock and a name; more that changes in the caption strips than this is no text.
CAPTION_CHANGE_SHARE = 0.25


def repeats(previous: Image, grey: Image) -> bool:
    """Whether `grey` shows `previous` again; both (height, width) uint8, at full size."""
    if previous.shape != grey.shape:
        return False
    change = cv2.absdiff(previous, grey)
    rows = caption_px(grey.shape[0])
    view = change[rows : grey.shape[0] - rows]
    captions = np.concatenate((change[:rows], change[grey.shape[0] - rows :]))
    return bool(
        np.mean(view > CHANGE_LEVELS) <= CHANGE_SHARE
        and np.mean(view > ROUNDING_LEVELS) <= ROUNDING_SHARE
        and (not captions.size or np.mean(captions > CHANGE_LEVELS) <= CAPTION_CHANGE_SHARE)
    )
