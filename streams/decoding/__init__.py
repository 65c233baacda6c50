"""Encoded keyframe -> picture, in processes of their own, so that libav's faults stay there."""
