"""Model files and checkpoints whose objective has had another definition since they were written."""

import warnings
from typing import Any

from w2v.training.objectives import LOSSES

OLD_PARAMETERS = {"align_weight": 3.0, "align_power": 2.0, "uniform_t": 3.0}
"""Of the objective that was called align_uniform, with their defaults."""


def as_of_today(config: dict[str, Any], losses: Any, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a recorded configuration in today's terms, and an entry for the model's metadata that says what it was.

    What was called align_uniform before is ``decoupled`` with ``temperature = 1 / (2 uniform_t)`` if ``align_power`` is 2
    and ``align_weight`` equals ``uniform_t``. Otherwise no objective of today is the same; the one with the same negatives
    is taken, with a warning. The vectors are those of the file in any case.

    Parameters
    ----------
    config : dict
        Names and values of the fields of `TrainConfig`.
    losses : int or None
        Version of the definitions that the file records; None before there were several.
    name : str
        Name of the file, for messages.
    """
    if losses == LOSSES:
        return config, {}
    old = {key: config.get(key, default) for key, default in OLD_PARAMETERS.items()}
    today = {key: value for key, value in config.items() if key not in OLD_PARAMETERS}
    if config.get("objective") != "align_uniform" or not _are_numbers(old):
        return today if _are_numbers(old) else config, {}
    temperature = 1 / (2 * old["uniform_t"])
    if old["align_power"] != 2 or old["align_weight"] != old["uniform_t"]:
        said = ", ".join(f"{key}={value:g}" for key, value in old.items())
        warnings.warn(
            f"{name}: it was trained with the align_uniform of w2v 0.1 ({said}), which no objective equals now; "
            f"if it is trained further, that is with objective='decoupled', temperature={temperature:.4g}",
            RuntimeWarning,
            stacklevel=2,
        )
    today |= {"objective": "decoupled", "temperature": temperature}
    return today, {"trained_with": {"objective": "align_uniform", "losses": 1, **old}}


def _are_numbers(values: dict[str, Any]) -> bool:
    return all(type(value) in (int, float) and value > 0 for value in values.values())
