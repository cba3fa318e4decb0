"""Views of Open311."""
