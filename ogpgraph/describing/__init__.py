"""What the service says of itself as RDF: VoID, service description, catalogue, prefixes."""
