"""Every write of discovery; one verb a function."""
