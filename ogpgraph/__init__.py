"""ogpgraph: a knowledge graph and query service for Open Government action plans."""

__version__ = "0.1.0"
