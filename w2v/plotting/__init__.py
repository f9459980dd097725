"""Plots: the only package that imports matplotlib and plotly.

panels   measurements -> lines, points and labels
plots    panels -> .png, .svg, .pdf (matplotlib) or .html (plotly)
style    colours, markers and grid; imports both libraries
"""
