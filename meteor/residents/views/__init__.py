"""Views of residents, one module for each noun."""
