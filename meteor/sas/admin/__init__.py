"""The administrator's pages about alarm panels."""
