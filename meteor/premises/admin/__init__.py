"""The administrator's pages about premises."""
