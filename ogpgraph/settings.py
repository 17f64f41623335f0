"""Every setting, its flag, its environment variable and its default: the only reader of both.

`docs/settings.md` lists this table, held by a test.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple

from ogpgraph.errors import BadRequest, BadSetting
from ogpgraph.terms import iri
from ogpgraph.vocab import LANGUAGES

Network = IPv4Network | IPv6Network
DEFAULT_BASE_IRI = "https://w3id.org/ogpgraph/"
EMBEDDED = "embedded"
_SERVICE = re.compile(
    r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?/[^?#\\]*|https?://\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?/[^?#\\]*"
)
"""A beginning with the whole host in it: `http://a` would also be that of `http://a.evil/`."""
_TOKEN = re.compile(
    r"(?:(?P<name>(?!sha256:)[A-Za-z0-9._-]{1,64}):)?"
    r"(?:sha256:(?P<digest>[0-9a-f]{64})|(?P<token>[A-Za-z0-9._~+/-]+=*))"
)
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")


class Token(NamedTuple):
    """A token that may write: its name in the ledger, and its SHA-256 (hex)."""

    name: str
    digest: str

    def __str__(self) -> str:
        return f"{self.name}:sha256:{self.digest}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen settings of one process. Times in seconds, sizes as named."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_iri: str = DEFAULT_BASE_IRI
    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    query_timeout: float = 10.0
    query_memory: int = 1024
    query_workers: int = 2
    result_rows: int = 10_000
    document_memory: int = 1024
    document_workers: int = 2
    service_allow: tuple[str, ...] = ()
    cache: int = 64
    client_seconds: float = 60.0
    client_errors: float = 30.0
    client_parallel: int = 5
    client_connections: int = 200
    trusted_proxies: tuple[Network, ...] = ()
    metrics: str = "local"
    log_format: str = "json"
    log_level: str = "info"
    token: tuple[Token, ...] = ()
    require_match: bool = False
    store: str = EMBEDDED
    store_update: str | None = None
    store_user: str | None = None
    store_password: str | None = None
    language: str = "en"

    def base_url(self) -> str:
        """Where the service is reached: the public URL, else host and port; no final slash."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::"} else self.host  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"

    def endpoint(self) -> str:
        """The address of the SPARQL endpoint, against which its relative IRIs are resolved."""
        return f"{self.base_url()}/sparql"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: the name of the field, its environment variable, how to read it, what it is."""

    name: str
    variable: str
    read: Callable[[str], Any]
    description: str
    secret: bool = False


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(f"must lie between {low:g} and {high:g}")
        return value

    return read


def _budget(high: float) -> Callable[[str], float]:
    """Of a minute; less than one would never let anything by."""

    def read(text: str) -> float:
        value = float(text)
        if value != 0 and not 1 <= value <= high:
            raise ValueError(f"must be 0, or lie between 1 and {high:g}")
        return value

    return read


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"must lie between {low} and {high}")
        return value

    return read


def _base_iri(text: str) -> str:
    iri(text)
    if not text.startswith(("http://", "https://")) or not text.endswith("/"):
        raise ValueError("must begin with http:// or https:// and end with /")
    return text


def _url(text: str) -> str:
    iri(text)
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    found = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for part in found:
        if part != "*" and not _HOST.fullmatch(part):
            raise ValueError(f"{part} must be a name or an address, without scheme and port")
    return found


def _one_of(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text

    return read


def _tokens(text: str) -> tuple[Token, ...]:
    """`TOKEN`, or `NAME:TOKEN` for each of several; `sha256:HEX` may stand for a token."""
    found = []
    for part in (piece.strip() for piece in text.split(",") if piece.strip()):
        match = _TOKEN.fullmatch(part)
        if match is None:
            raise ValueError("must be TOKEN or NAME:TOKEN, with commas between, of visible ASCII")
        digest = match["digest"] or hashlib.sha256(match["token"].encode()).hexdigest()
        found.append(Token(match["name"] or "token", digest))
    return tuple(found)


def _flag_value(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text.lower() == "true"


def _store(text: str) -> str:
    return text if text == EMBEDDED else _url(text)


def _services(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in found:
        iri(part)
        if not _SERVICE.fullmatch(part):
            raise ValueError(f"{part} must be http(s)://host/…, without user, query or fragment")
    return found


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


SETTINGS = (
    Setting("home", "OGPGRAPH_HOME", Path, "Folder of the ledger and the store."),
    Setting("host", "OGPGRAPH_HOST", str, "Address to listen on."),
    Setting("port", "OGPGRAPH_PORT", _whole(1, 65535), "Port to listen on."),
    Setting("base_iri", "OGPGRAPH_BASE_IRI", _base_iri, "IRI under which things are named."),
    Setting("public_url", "OGPGRAPH_PUBLIC_URL", _url, "URL at which people reach the service."),
    Setting(
        "allowed_hosts",
        "OGPGRAPH_ALLOWED_HOSTS",
        _hosts,
        "Names in Host that are answered to, with commas between, or “*” for any.",
    ),
    Setting(
        "query_timeout",
        "OGPGRAPH_QUERY_TIMEOUT",
        _number(0.1, 60),
        "Seconds that a query may take, from its arrival.",
    ),
    Setting(
        "query_memory",
        "OGPGRAPH_QUERY_MEMORY",
        _whole(256, 1_048_576),
        "MiB of memory that one query worker may take.",
    ),
    Setting("query_workers", "OGPGRAPH_QUERY_WORKERS", _whole(1, 256), "Query worker processes."),
    Setting(
        "result_rows",
        "OGPGRAPH_RESULT_ROWS",
        _whole(1, 10_000_000),
        "Rows or triples that one SPARQL answer may hold; more is an error, never cut.",
    ),
    Setting(
        "document_memory",
        "OGPGRAPH_DOCUMENT_MEMORY",
        _whole(256, 1_048_576),
        "MiB of memory that one worker may take to read or validate a document.",
    ),
    Setting(
        "document_workers",
        "OGPGRAPH_DOCUMENT_WORKERS",
        _whole(1, 256),
        "Processes that read documents, and as many that validate them.",
    ),
    Setting(
        "service_allow",
        "OGPGRAPH_SERVICE_ALLOW",
        _services,
        "Beginnings of the IRIs that SERVICE may name, with commas between; none by default.",
    ),
    Setting(
        "cache",
        "OGPGRAPH_CACHE",
        _whole(0, 65_536),
        "MiB of answers that are kept until something is published; 0 for none.",
    ),
    Setting(
        "client_seconds",
        "OGPGRAPH_CLIENT_SECONDS",
        _budget(6_000),
        "Seconds of query time that a client gets a minute; 0 for no limit.",
    ),
    Setting(
        "client_errors",
        "OGPGRAPH_CLIENT_ERRORS",
        _budget(60_000),
        "Queries of a client that may fail a minute; 0 for no limit.",
    ),
    Setting(
        "client_parallel",
        "OGPGRAPH_CLIENT_PARALLEL",
        _whole(0, 1_000),
        "Queries of a client at once; 0 for no limit.",
    ),
    Setting(
        "client_connections",
        "OGPGRAPH_CLIENT_CONNECTIONS",
        _whole(1, 100_000),
        "Connections that a client may have open.",
    ),
    Setting(
        "trusted_proxies",
        "OGPGRAPH_TRUSTED_PROXIES",
        _networks,
        "Addresses and networks whose X-Forwarded-For is believed, with commas between.",
    ),
    Setting(
        "token",
        "OGPGRAPH_TOKEN",
        _tokens,
        "Who may write over HTTP: a token, or NAME:TOKEN with commas between; nobody by default.",
        True,
    ),
    Setting(
        "require_match",
        "OGPGRAPH_REQUIRE_MATCH",
        _flag_value,
        "Whether writing a graph needs If-Match or If-None-Match: true or false.",
    ),
    Setting(
        "metrics",
        "OGPGRAPH_METRICS",
        _one_of("local", "open", "off"),
        "Who may read /metrics: “local” for this machine, “open” for all, “off” for nobody.",
    ),
    Setting("log_format", "OGPGRAPH_LOG_FORMAT", _one_of("json", "text"), "How the server logs."),
    Setting(
        "log_level",
        "OGPGRAPH_LOG_LEVEL",
        _one_of("debug", "info", "warning", "error"),
        "What the server logs at least; the text of queries at “debug” only.",
    ),
    Setting(
        "store",
        "OGPGRAPH_STORE",
        _store,
        "“embedded”, or the query URL of a SPARQL 1.1 engine.",
    ),
    Setting(
        "store_update", "OGPGRAPH_STORE_UPDATE", _url, "Update URL of that engine, if another."
    ),
    Setting("store_user", "OGPGRAPH_STORE_USER", str, "User name at that engine."),
    Setting(
        "language", "OGPGRAPH_LANGUAGE", _one_of(*LANGUAGES), "Language of messages: es or en."
    ),
    Setting("store_password", "OGPGRAPH_STORE_PASSWORD", str, "Password at that engine.", True),
)


def load_settings(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from flags (`given`, None = not given) over the environment over the defaults.

    Raises:
        BadSetting: a value cannot be used; the message names the setting and what would be right.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.variable)
        if text not in (None, ""):
            values[setting.name] = _read(setting, str(text), setting.variable)
        if given and (flag := given.get(setting.name)) is not None:
            values[setting.name] = _read(setting, str(flag), _flag(setting.name))
    home = values.pop("home", None) or _default_home(environment)
    workers = os.cpu_count() or 2
    language = "es" if environment.get("LANG", "").startswith("es") else "en"
    plain = Settings(
        home=home.expanduser(),
        query_workers=workers,
        document_workers=workers,
        language=language,
    )
    return replace(plain, **values)


def defaults() -> dict[str, object]:
    """The default of each setting by name, for help texts and docs; `home` is described."""
    plain = {
        field.name: field.default if field.default != () else None for field in fields(Settings)
    }
    described = {
        "home": "~/.local/share/ogpgraph",
        "query_workers": "one a core",
        "document_workers": "one a core",
    }
    return plain | described | {"language": "as LANG"}


def _read(setting: Setting, text: str, name: str) -> Any:
    try:
        return setting.read(text)
    except (ValueError, BadRequest) as error:
        shown = "(secret)" if setting.secret else f"“{text}”"
        reason = str(error).rstrip(".")
        raise BadSetting(f"{name}: {shown} cannot be used: {reason}.", parameter=name) from error


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _default_home(environment: Mapping[str, str]) -> Path:
    data_home = environment.get("XDG_DATA_HOME")
    return Path(data_home or "~/.local/share") / "ogpgraph"
