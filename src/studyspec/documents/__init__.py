"""Documents of sections, lists and tables, as Word files and as PDF."""
