"""METEOR, the integrated emergency system of Kota Probolinggo."""

import gc

gc.set_threshold(50_000, 20, 20)
"""Reading the code makes objects that stay; to look through them over and over took a fifth of each start."""
