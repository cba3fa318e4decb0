"""The pages of businesses about their own premises, which the administrator may open too."""
