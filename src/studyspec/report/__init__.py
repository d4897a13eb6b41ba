"""The page of a study: a static site in which every count opens the records behind it."""
