"""Views of hazards."""
