"""Section 6.4's recommender, on simulated traffic whose truth is known."""
