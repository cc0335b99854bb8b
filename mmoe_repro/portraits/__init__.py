"""Single universes in full: the reference's companions, and the one nearest to the paper's figures."""
