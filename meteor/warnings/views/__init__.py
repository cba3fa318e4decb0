"""Views of warnings: the public pages, the citizen's banner, the head line of those at work, and wishes."""
