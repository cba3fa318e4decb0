"""The administrator's pages about people: their accounts, and what they did."""
