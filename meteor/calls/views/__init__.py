"""Views of the 112 console."""
