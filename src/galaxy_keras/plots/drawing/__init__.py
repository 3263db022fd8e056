"""What all plots are drawn with; it knows of no single plot.

`figures` makes figures and their alternative text, `charts` interactive charts, `style` colours and
fonts, `text` fits text into figures, and `output` and `pages` write files.
"""
