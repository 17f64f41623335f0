"""The HTTP face: routes, negotiation, pages. The only user of FastAPI."""
