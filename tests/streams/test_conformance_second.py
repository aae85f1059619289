"""The laws of every stream over a part of the streams."""

from drawn_cases import NAMES
from laws_of_streams import *  # noqa: F403

STREAMS = NAMES[1::3]
