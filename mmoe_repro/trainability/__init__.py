"""Why runs end where they do: learning rate and start, data and start, sines learnt, gates."""
