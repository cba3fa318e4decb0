"""Pages and addresses about warnings: what the public, citizens and those at work read, drafts, and CAP for others."""
