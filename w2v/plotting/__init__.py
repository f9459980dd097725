"""Plots: the only package that imports matplotlib and plotly.

geometry_panels   measurements -> panels: the alignment-uniformity plane and others, as lines, points and labels
plots             panels -> .png, .svg, .pdf (matplotlib) or .html (plotly)
style             colours, markers and grid; imports both libraries
"""
