"""What Griffe, which mkdocstrings reads the sources with, does not know of this package (``extensions`` in mkdocs.yml).

Methods that are functions of another module (``most_similar = neighbours.most_similar``) are shown as methods. Parameters of
numpydoc sections are shown as they are written.

Griffe gives every name of a group, ``low, high : int``, a row of its own with the default of the first, and takes the first
of ``{"a", "b"}`` for the default. Here a group is one row, and defaults come from the signature.
"""

import copy
import re
from itertools import groupby
from typing import Any

import griffe


class Parameters(griffe.Extension):
    """Rewrites the parameter sections of a package when it has been loaded."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Visit every class and function of a package."""
        _visit(pkg)
        if pkg.name != "w2v":
            return
        for path in ("vectors.keyed_vectors.KeyedVectors", "gensim_compat.word2vec.Word2Vec"):
            _show_methods(pkg, pkg[path])


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


def _show_methods(pkg: griffe.Module, owner: griffe.Class) -> None:
    """Replace attributes such as ``neighbours.most_similar`` by copies of these functions, without their first parameter."""
    for name, member in list(owner.members.items()):
        value = str(getattr(member, "value", None) or "")
        found = re.fullmatch(
            r"(?P<wrapper>staticmethod|property)?\(?(?P<module>[a-z_]+)\.(?P<function>[a-z_]+)\)?", value
        )
        if not isinstance(member, griffe.Attribute) or found is None:
            continue
        module = owner.resolve(found["module"]).removeprefix("w2v.")
        function = copy.copy(pkg[f"{module}.{found['function']}"])
        function.name, function.labels = name, {found["wrapper"]} if found["wrapper"] else set()
        if found["wrapper"] != "staticmethod":
            function.parameters = griffe.Parameters(*list(function.parameters)[1:])
        owner.set_member(name, function)


def _row(group: list[griffe.DocstringParameter], signature: griffe.Parameters) -> griffe.DocstringParameter:
    known = [signature[parameter.name] for parameter in group if parameter.name in signature]
    types = {str(parameter.annotation) for parameter in (group if len(known) < len(group) else known)}
    return griffe.DocstringParameter(
        ", ".join(parameter.name for parameter in group),
        annotation=group[0].annotation if len(types) == 1 or len(group) == 1 else "",
        description=group[0].description,
        value=", ".join(str(parameter.default) for parameter in known if parameter.default is not None) or None,
    )
