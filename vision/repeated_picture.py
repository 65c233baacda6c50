"""Whether two pictures of a camera are the same one, sent again.

A real camera's noise, encoded or not, changes more than the rounding of a picture that is encoded again. A clock
that goes on in a caption strip over a picture that stands does not make it a new one.
"""

import cv2
import numpy as np

from vision.detector import Image
from vision.view_glance import share_over
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
    change = np.asarray(cv2.absdiff(previous, grey), np.uint8)
    rows = caption_px(grey.shape[0])
    view = change[rows : grey.shape[0] - rows]
    if share_over(view, ROUNDING_LEVELS) > ROUNDING_SHARE or share_over(view, CHANGE_LEVELS) > CHANGE_SHARE:
        return False
    captions = np.concatenate((change[:rows], change[grey.shape[0] - rows :]))
    return not captions.size or share_over(captions, CHANGE_LEVELS) <= CAPTION_CHANGE_SHARE
