"""The administrator's pages about the city's areas: what they are called, where they are, and the tables of them."""
