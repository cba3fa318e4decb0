"""Views of messages to an RT."""
