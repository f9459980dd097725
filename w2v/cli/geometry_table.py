"""The table of ``w2v geometry``: models side by side, and what vectors without information would give."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from w2v.arguments import amount
from w2v.geometry import Geometry, Measurement, collapsed, uniform
from w2v.geometry.exclusions import exclusions


@dataclass(frozen=True)
class Baselines:
    """Random vectors, measured like the first model; collapsed and uniform ones in closed form, by name of the metric."""

    random: Geometry
    collapsed: Mapping[str, float]
    uniform: Mapping[str, float]

    @classmethod
    def of(cls, random: Geometry) -> "Baselines":
        """Compute the closed forms for the settings and dimension of the random vectors."""
        return cls(random, collapsed(random.settings), uniform(random.settings, random.dim))

    def columns(self) -> dict[str, Mapping[str, float]]:
        """Return the values of each by name of the metric."""
        measured = {measurement.name: measurement.value for measurement in self.random.measurements}
        return {"random": measured, "collapsed": self.collapsed, "uniform": self.uniform}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "random": self.random.to_dict(),
            "collapsed": dict(self.collapsed),
            "uniform": dict(self.uniform),
        }


def table(found: Sequence[Geometry], baselines: Baselines) -> str:
    """Format the measurements of all models side by side, followed by their definitions."""
    lines = [f"positive pairs: {found[0].law}"]
    for g in found:
        left_out = "".join(f"; {reason} left out" for reason in exclusions(g.excluded))
        lines.append(f"{g.name}: {amount(g.rows, 'row')} x {g.dim}, {g.towers}{left_out}")
    columns = baselines.columns()
    by_name = [{m.name: m for m in g.measurements} for g in found]
    names = list(dict.fromkeys(name for measured in by_name for name in measured))
    lines += ["", _line("", [f"{g.name:<28}" for g in found], list(columns))]
    for name in names:
        known = [measured.get(name) for measured in by_name]
        lines.append(_line(name, map(_value, known), [_number(column.get(name)) for column in columns.values()]))
        if name == "information":
            at = [_number(g.information_temperature) for g in (*found, baselines.random)]
            lines.append(_line("  at temperature", [f"{value:>8}{'':<20}" for value in at[:-1]], [at[-1], "-", "-"]))
    m = found[0].settings.ms[-1]
    # Each row is the sum of two terms: the measurement of a name, and that of another or a constant.
    for name, one, other in (
        ("limit", "limit_alignment", "limit_uniformity"),
        ("limit_others", "limit_alignment", "limit_uniformity_others"),
        (f"M={m}, -log M", f"nt_xent M={m}", -math.log(m)),
    ):
        values = [_sum({key: x.value for key, x in measured.items()}, one, other) for measured in by_name]
        rest = [_number(_sum(column, one, other)) for column in columns.values()]
        lines.append(_line(name, [f"{_number(value):>8}{'':<20}" for value in values], rest))
    lines += [
        "",
        "Brackets: 95 % bootstrap intervals. exact: computed from all rows or pairs. random: vectors without any",
    ]
    lines += ["information, measured likewise; collapsed: all vectors equal; uniform: on the sphere. Definitions:"]
    meanings: dict[str, list[str]] = {}
    for name in names:
        row = [measured[name] for measured in by_name if name in measured]
        for definition in dict.fromkeys(m.definition for m in row):
            meanings.setdefault(f"({_sizes(row)}): {definition}", []).append(name)
    lines += [f"{names[0] if len(names) == 1 else 'nt_xent'} {meaning}" for meaning, names in meanings.items()]
    return "\n".join(line.rstrip() for line in lines)


def _line(name: str, models: Any, baselines: Sequence[str]) -> str:
    return f"{name:<23}" + "".join(f"  {text}" for text in models) + "".join(f"{text:>11}" for text in baselines)


def _value(measurement: Measurement | None) -> str:
    return f"{'-':>8}{'':<20}" if measurement is None else f"{measurement.value:>8.4f} {measurement.interval:<19}"


def _sum(values: Mapping[str, float], one: str, other: str | float) -> float | None:
    second = values.get(other) if isinstance(other, str) else other
    return None if one not in values or second is None else values[one] + second


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _sizes(row: Sequence[Measurement]) -> str:
    return " and ".join(dict.fromkeys(f"{m.n:,} {m.of}" for m in row))
