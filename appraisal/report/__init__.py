"""Reports: show, never compute."""
