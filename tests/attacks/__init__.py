"""Bounded attacks on the running product: each sends what an attacker would, and checks who still gets help."""
