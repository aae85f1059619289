"""appraisal: what a storage plant does, what it is paid, and what the project is worth."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__"]
