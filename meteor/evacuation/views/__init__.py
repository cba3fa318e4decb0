"""Pages about gathering points and routes, about who is safe, and what the pages of warnings show of both."""
