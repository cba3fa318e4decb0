"""Pages of the statistics."""
