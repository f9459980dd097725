"""Public names of gensim's classes that have no counterpart here: asking for one says why, and what to do instead."""

from typing import Any, ClassVar

from w2v.errors import NotOfferedError

PROVENANCE = "how vectors were made is in their metadata, with a comment of your own if the model got one (comment=)"


class SaysWhatIsNotOffered:
    """Base of classes that stand in for gensim's."""

    NOT_OFFERED: ClassVar[dict[str, str]] = {}

    def __getattr__(self, name: str) -> Any:
        """Explain what is missing on purpose; a name that nobody has is an ordinary AttributeError."""
        if name in self.NOT_OFFERED:
            raise NotOfferedError(f"{type(self).__name__}.{name} of gensim is not offered: {self.NOT_OFFERED[name]}")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
