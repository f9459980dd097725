"""How numbers are written in reports: with a minus sign, and a dash where there is none."""


def number(value: tuple[float, float | None] | None, digits: int = 2) -> str:
    """Format a mean and its standard deviation."""
    if value is None:
        return "–"
    mean, sd = value
    return number_of(mean, digits) + ("" if sd is None else f" ± {sd:.{digits}f}")


def number_of(value: float | None, digits: int = 2) -> str:
    """Format a number."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def percent(value: tuple[float, float | None] | None) -> str:
    """Format the mean of a score, times 100, and its standard deviation."""
    if value is None:
        return "–"
    mean, sd = value
    return number((100 * mean, None if sd is None else 100 * sd), 1)


def points(value: float | None) -> str:
    """Format a difference of scores, times 100."""
    return number_of(None if value is None else 100 * value, 1)


def signed(value: float | None) -> str:
    """Format a correlation."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


def r2(value: float | None) -> str:
    """Format R2."""
    return number_of(value)


def p_value(value: float | None) -> str:
    """Format a p-value."""
    return "–" if value is None else f"{value:.4f}"
