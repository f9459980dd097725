"""Are alignment and uniformity related to the quality of word vectors? Interventions first, then a grid of models.

runner, bench      ``run``: from a text to a report; the examination of one model
held_out           the end of the text, which no model is trained on
grid               the models to train
metrics, quality   what is measured and scored
interventions      vectors moved through the plane without training
journal            one JSON line per model, so that a study can be interrupted and continued
settings, changes  models by setting and seed; their changed vectors
correlation, location, prediction    what correlations over settings identify, and what they do not
analysis           all of that, for all settings
findings           the results as sentences, which claim no more than that
report, report_tables, numbers, methods, pictures    the report
"""
