"""``ServerSettings``: what to serve, where, and to whom."""

import ipaddress
import re
from dataclasses import dataclass, field

from w2v.annotations import checked
from w2v.arguments import integer, path, sequence, text, truth, wrong_type
from w2v.atomic_files import PathLike
from w2v.errors import ConfigError

MAX_QUERIES = 1000
"""Queries in one request."""
MAX_NEIGHBOURS = 1000
"""Neighbours or answers per query."""
MAX_WORDS = 100
"""Words in one query."""
MAX_BODY = 16 << 20
"""Bytes in the body of a request: 1,000 vectors of 1,000 values fit."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"(\*\.)?[\w.-]+|\*|\[[0-9a-fA-F:]+\]")
ORIGIN = re.compile(r"https?://[^/\s]+|\*")


@dataclass(frozen=True)
class ServerSettings:
    """What to serve, where, and to whom.

    Attributes
    ----------
    model : path
        File of vectors or of a model. A native file is mapped into memory, so that workers share its pages.
    host, port : str, int
        The address to listen at; port 0 takes a free one.
    workers : int
        Processes, 1 to 256.
    token : str or None
        Requests must carry ``Authorization: Bearer TOKEN``, except for ``/health``.
    allow_host : tuple of str
        Further values of the ``Host`` header that are answered; ``*.example.org`` covers subdomains, ``*`` everything. Those
        of the loopback interface, and ``host`` itself, always are.
    allow_origin : tuple of str
        Origins, such as ``https://example.org``, whose pages browsers may let read the answers (CORS); none by default.
    lenient : bool
        Repair a file in word2vec's formats, as ``w2v neighbors --lenient`` does.
    index : bytes or None
        The page at ``/``, HTML; by default one that describes the operations.

    Raises
    ------
    ArgumentError
        If a value has another type.
    ConfigError
        If a value is out of range or not of its form.

    Examples
    --------
    >>> ServerSettings("vectors.safetensors").hosts
    ('localhost', '127.0.0.1', '[::1]')
    """

    model: PathLike
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = field(default=None, repr=False)
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    lenient: bool = False
    index: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        path("model", self.model)
        text("host", self.host)
        truth("lenient", self.lenient)
        for name, value in (("allow_host", self.allow_host), ("allow_origin", self.allow_origin)):
            for item in sequence(name, value, "a tuple of strings"):
                text(f"each of {name}", item)
        if not isinstance(self.index, bytes | None):
            raise wrong_type("index", "bytes or None", self.index, "encode the page")
        integer("port", self.port, 0, 65535)
        integer("workers", self.workers, 1, 256)
        if self.token is not None and not re.fullmatch(r"[\x21-\x7e]{8,}", text("token", self.token)):
            raise ConfigError(
                "token must be at least 8 printable ASCII characters without spaces: "
                f"got {len(self.token)} characters; for example the output of: openssl rand -hex 16"
            )
        for host in self.allow_host:
            if not HOST.fullmatch(host):
                raise ConfigError(f"allow_host must be a host name without scheme and port: got {host!r}")
        for origin in self.allow_origin:
            if not ORIGIN.fullmatch(origin):
                raise ConfigError(
                    f"allow_origin must be a scheme and a host, such as https://example.org: got {origin!r}"
                )

    @property
    def hosts(self) -> tuple[str, ...]:
        """Values of the ``Host`` header that are answered."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        return tuple(dict.fromkeys([*LOOPBACK, *([own] if own else []), *self.allow_host]))

    @checked
    def knows_host(self, header: str) -> bool:
        """Whether a ``Host`` header is one that is answered, with any port.

        Examples
        --------
        >>> settings = ServerSettings("v.bin", allow_host=("*.example.org",))
        >>> [settings.knows_host(header) for header in ("[::1]:8000", "W2V.example.org", "example.org", "")]
        [True, True, False, False]
        """
        found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(:[0-9]*)?", header.lower())
        name = found[1] if found else ""
        known = (host.lower() for host in self.hosts)
        return any(host in ("*", name) or (host.startswith("*.") and name.endswith(host[1:])) for host in known)

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the address."""
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host != "localhost"
