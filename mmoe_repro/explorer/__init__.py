"""The page to look into: one file of HTML, with its data and what draws them, that needs no network."""
