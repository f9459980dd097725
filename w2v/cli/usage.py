"""Errors of usage, in the words of all errors of w2v: made of what click knows, as what it says differs by version."""

from typing import Any

import click

DASHES = "An argument that begins with a dash goes after the options and --."


def of_option(problem: click.NoSuchOption) -> str:
    """Return the message about an option that there is not."""
    near = " or ".join(map(repr, sorted(problem.possibilities or ())))
    command = problem.ctx.command_path if problem.ctx else "w2v"
    advice = f"Did you mean {near}?" if near else f"{command} --help lists the options. {DASHES}"
    return f"No such option {problem.option_name!r}. {advice}"


def of_value(option: click.Option, given: Any) -> str | None:
    """Return the message about the value of an option, or one of several; None if its type has a message of its own."""
    wanted = must_be(option.type)
    values = given if isinstance(given, (list, tuple)) else [given]
    wrong = next((value for value in values if not _converts(option.type, value)), None)
    if wanted is None or wrong is None:
        return None
    number = click.INT if isinstance(option.type, click.IntRange) else click.FLOAT
    got = (
        wrong
        if isinstance(option.type, (click.IntRange, click.FloatRange)) and _converts(number, wrong)
        else repr(wrong)
    )
    return f"{max(option.opts, key=len)} must be {wanted}: got {got}"


def must_be(kind: Any) -> str | None:
    """Return what values of a type must be; None for types of ours.

    Examples
    --------
    >>> must_be(click.IntRange(1, 2000)), must_be(click.IntRange(0)), must_be(click.FloatRange(0, min_open=True))
    ('an integer from 1 to 2,000', 'an integer of at least 0', 'a number above 0')
    >>> must_be(click.Choice(["ray", "mpi"])), must_be(click.FLOAT), must_be(click.STRING)
    ("one of 'ray', 'mpi'", 'a number', None)
    """
    if isinstance(kind, click.Choice):
        return "one of " + ", ".join(map(repr, kind.choices))
    if not isinstance(kind, (type(click.INT), type(click.FLOAT))):
        return None
    noun = "an integer" if isinstance(kind, type(click.INT)) else "a number"
    low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    if low is not None and high is not None:
        return f"{noun} from {low:,} to {high:,}"
    if low is not None:
        return f"{noun} above {low:,}" if getattr(kind, "min_open", False) else f"{noun} of at least {low:,}"
    return noun


def _converts(kind: Any, value: Any) -> bool:
    try:
        kind.convert(value, None, None)
    except click.BadParameter:
        return False
    return True
