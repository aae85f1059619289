"""Puts this folder on the path of imports, so that tests in any folder share ``strategies``."""
