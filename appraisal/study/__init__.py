"""Studies: they call the one path and add no formula."""
