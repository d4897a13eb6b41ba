"""Figures: what a display has counted, drawn as shapes; and the shapes written as SVG, EMF and PDF."""
