"""How the plots of the model card look: few colours, and letters that a phone can show."""

from matplotlib.axes import Axes

INK, ACCENT, SECOND, PALE = "#1f2933", "#5b5bd6", "#e5734a", "#d9dde3"
LETTERS = 13.0  # points
FINE, COARSE = 140, 110  # dots per inch of a plot alone, and of several in a row
WEBP = {"quality": 80, "method": 6}


def style(axes: Axes, title: str) -> None:
    """Give axes a title and a faint grid."""
    axes.set_title(title, loc="left", color=INK, fontweight="bold", fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
