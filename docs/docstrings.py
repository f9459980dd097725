"""Show the parameters of numpydoc sections as they are written; Griffe loads this (``extensions`` in mkdocs.yml).

Griffe gives every name of a group, ``low, high : int``, a row of its own with the default of the first, and takes the first
of ``{"a", "b"}`` for the default. Here a group is one row, and defaults come from the signature.
"""

from itertools import groupby
from typing import Any

import griffe


class Parameters(griffe.Extension):
    """Rewrites the parameter sections of a package when it has been loaded."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Visit every class and function of a package."""
        _visit(pkg)


def _visit(obj: griffe.Object) -> None:
    for member in obj.members.values():
        if isinstance(member, griffe.Object):  # not an alias, whose object is visited where it is defined
            _visit(member)
    if obj.docstring is not None and isinstance(obj, griffe.Class | griffe.Function):
        obj.docstring.parsed = obj.docstring.parse(warnings=False)  # private modules may be terse
        for section in obj.docstring.parsed:
            if section.kind is griffe.DocstringSectionKind.parameters:
                groups = groupby(section.value, key=lambda parameter: parameter.description)
                section.value = [_row(list(group), obj.parameters) for _, group in groups]


def _row(group: list[griffe.DocstringParameter], signature: griffe.Parameters) -> griffe.DocstringParameter:
    known = [signature[parameter.name] for parameter in group if parameter.name in signature]
    types = {str(parameter.annotation) for parameter in (group if len(known) < len(group) else known)}
    return griffe.DocstringParameter(
        ", ".join(parameter.name for parameter in group),
        annotation=group[0].annotation if len(types) == 1 or len(group) == 1 else "",
        description=group[0].description,
        value=", ".join(str(parameter.default) for parameter in known if parameter.default is not None) or None,
    )
