"""The colormaps of matplotlib, to refuse a wrong name before matplotlib is imported."""

from __future__ import annotations

from typing import Final

COLORMAPS: Final = (
    "magma", "inferno", "plasma", "viridis", "cividis", "twilight", "twilight_shifted", "turbo",
    "berlin", "managua", "vanimo", "Blues", "BrBG", "BuGn", "BuPu", "CMRmap", "GnBu", "Greens",
    "Greys", "OrRd", "Oranges", "PRGn", "PiYG", "PuBu", "PuBuGn", "PuOr", "PuRd", "Purples",
    "RdBu", "RdGy", "RdPu", "RdYlBu", "RdYlGn", "Reds", "Spectral", "Wistia", "YlGn", "YlGnBu",
    "YlOrBr", "YlOrRd", "afmhot", "autumn", "binary", "bone", "brg", "bwr", "cool", "coolwarm",
    "copper", "cubehelix", "flag", "gist_earth", "gist_gray", "gist_heat", "gist_ncar",
    "gist_rainbow", "gist_stern", "gist_yarg", "gnuplot", "gnuplot2", "gray", "hot", "hsv", "jet",
    "nipy_spectral", "ocean", "pink", "prism", "rainbow", "seismic", "spring", "summer", "terrain",
    "winter", "Accent", "Dark2", "Paired", "Pastel1", "Pastel2", "Set1", "Set2", "Set3", "tab10",
    "tab20", "tab20b", "tab20c", "grey", "Grays", "gist_grey", "gist_yerg",
)  # fmt: skip
"""The colormaps of matplotlib; each also exists reversed, as its name with `_r`."""
