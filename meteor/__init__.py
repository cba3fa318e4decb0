"""METEOR, the integrated emergency system of Kota Probolinggo."""
