"""The synthetic experiment's data: equations 2-4 of the paper, in closed form and as samples."""
