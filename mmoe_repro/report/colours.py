"""The colours of figures and of the page to look into (seaborn's deep palette)."""

GREEN, BLUE, RED, GREY = "#55a868", "#4c72b0", "#c44e52", "#4d4d4d"
