"""The browser front end: pages that show and ask; every figure comes from the one path."""
