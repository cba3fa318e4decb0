"""Views of the command centre."""
