"""Do alignment and uniformity predict the quality of word vectors? A study over a grid of models.

runner          ``run``: from a corpus to a report
grid            the models to train
quality         their scores on test sets and a linear probe
metrics         their metrics of alignment, uniformity and so on
journal         one JSON line per model, so that a study can be interrupted and continued
correlation     rank correlations, plain and partial, with intervals
analysis        which models are correlated, and which parameters are held fixed
best_settings   the best setting of each objective, and its repetitions
findings, pictures, report    results as sentences, figures and tables
"""
