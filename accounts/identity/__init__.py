"""Is there a real person of this name with this number? Asked of a provider, kept encrypted."""
