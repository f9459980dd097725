"""Do alignment and uniformity predict the quality of word vectors? A grid of models, measured, scored, correlated, reported.

runner          ``run``: the corpus once, every model, the report
grid            which models
quality         what they are scored on
metrics         what is measured of them
journal         one JSON line per model, so that a study can be interrupted and continued
correlation     rank correlations, plain and partial, with intervals
analysis        over which models, with what held fixed
best_settings   the best setting of each objective, and its repetitions
findings, pictures, report    what was found, in sentences, pictures and tables
"""
