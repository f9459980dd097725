"""Do alignment and uniformity tell how good word vectors are? A grid of models, measured, scored, correlated, reported.

grid           which models
probe, quality what they are scored on
metrics        what is measured of them
journal        one JSON line a model: a study can be stopped and gone on with
correlation    rank correlations, plain and partial, with intervals
analysis       over which models, with what held fixed
choice         the best setting of each objective, and its repetitions
findings, figures, report    what was found, in sentences, pictures and tables
running        all of it: the corpus once, every model, the report
"""

from w2v.study.grid import Model, default_grid, quick_grid
from w2v.study.journal import Record
from w2v.study.probe import ProbeResult, ProbeSettings, categories, probe
from w2v.study.report import Report
from w2v.study.running import Plan, run

__all__ = [
    "Model",
    "Plan",
    "ProbeResult",
    "ProbeSettings",
    "Record",
    "Report",
    "categories",
    "default_grid",
    "probe",
    "quick_grid",
    "run",
]
