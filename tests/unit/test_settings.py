"""Settings: flag over environment over default, and what is said of each bad value."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.errors import BadSetting
from ogpgraph.settings import DEFAULT_BASE_IRI, SETTINGS, Settings, defaults, load_settings

GOOD = {
    "home": ("/a/home", "/b/home"),
    "host": ("0.0.0.0", "::1"),
    "port": ("8080", "65535"),
    "base_iri": ("https://a.example/", "http://b.example/x/"),
    "public_url": ("https://a.example", "https://b.example/x"),
    "allowed_hosts": ("a.example,b.example", "*"),
    "client_connections": ("50", "1000"),
    "query_timeout": ("5", "0.5"),
    "query_memory": ("512", "2048"),
    "query_workers": ("3", "4"),
    "result_rows": ("100", "200"),
    "document_memory": ("512", "2048"),
    "document_workers": ("3", "4"),
    "service_allow": ("https://a.example/sparql", "http://b.example:81/,https://[::1]/x"),
    "cache": ("0", "128"),
    "client_seconds": ("30", "0"),
    "client_errors": ("10", "5"),
    "client_parallel": ("2", "0"),
    "trusted_proxies": ("127.0.0.1/32", "10.0.0.0/8,::1/128"),
    "token": (f"ana:sha256:{'1' * 64}", f"eva:sha256:{'2' * 64},luis:sha256:{'3' * 64}"),
    "require_match": ("True", "False"),
    "metrics": ("open", "off"),
    "log_format": ("text", "json"),
    "log_level": ("debug", "error"),
    "store": ("https://a.example/query", "embedded"),
    "store_update": ("https://a.example/update", "https://b.example/update"),
    "store_user": ("ana", "eva"),
    "store_password": ("secret one", "secret two"),
    "language": ("es", "en"),
}
BAD = [
    ("port", "http", "invalid literal"),
    ("port", "0", "between 1 and 65535"),
    ("port", "65536", "between 1 and 65535"),
    ("port", "-1", "between 1 and 65535"),
    ("port", "80.5", "invalid literal"),
    ("base_iri", "example.org/", "scheme"),
    ("base_iri", "https://example.org", "end with /"),
    ("base_iri", "ftp://example.org/", "http:// or https://"),
    ("base_iri", "https://exa mple.org/", "character"),
    ("public_url", "localhost", "scheme"),
    ("public_url", "file:///etc", "http:// or https://"),
    ("allowed_hosts", "https://a.example", "without scheme and port"),
    ("allowed_hosts", "a.example:80", "without scheme and port"),
    ("allowed_hosts", "a.example,b c", "b c must be a name"),
    ("client_connections", "0", "between 1 and"),
    ("query_timeout", "0", "between 0.1 and 60"),
    ("query_timeout", "61", "between 0.1 and 60"),
    ("query_timeout", "nan", "between 0.1 and 60"),
    ("query_timeout", "inf", "between 0.1 and 60"),
    ("query_timeout", "ten", "could not convert"),
    ("query_memory", "255", "between 256"),
    ("query_workers", "0", "between 1 and 256"),
    ("result_rows", "0", "between 1 and"),
    ("document_memory", "255", "between 256 and"),
    ("document_workers", "0", "between 1 and 256"),
    ("service_allow", "https://a.example", "host/"),
    ("service_allow", "https://a.example@evil/", "host/"),
    ("service_allow", "https://a.example/x?y=", "host/"),
    ("service_allow", "ftp://a.example/", "host/"),
    ("service_allow", "https://a.example/, *", "scheme"),
    ("cache", "-1", "between 0 and 65536"),
    ("client_seconds", "-1", "between 1 and"),
    ("client_errors", "many", "could not convert"),
    ("client_parallel", "1.5", "invalid literal"),
    ("trusted_proxies", "proxy.example", "does not appear to be"),
    ("trusted_proxies", "10.0.0.1/8", "has host bits set"),
    ("require_match", "yes", "true or false"),
    ("metrics", "yes", "local, open, off"),
    ("log_format", "JSON", "json, text"),
    ("log_level", "all", "debug, info"),
    ("store", "remote", "scheme"),
    ("store", "file:///x", "http:// or https://"),
    ("store_update", "x", "scheme"),
    ("language", "fr", "es, en"),
    ("language", "ES", "es, en"),
]
VARIABLES = {setting.name: setting.variable for setting in SETTINGS}


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_every_setting_is_tested() -> None:
    assert GOOD.keys() == VARIABLES.keys() == set(Settings.__slots__)


def test_every_variable_is_the_name_in_capitals() -> None:
    assert all(variable == f"OGPGRAPH_{name.upper()}" for name, variable in VARIABLES.items())


@pytest.mark.parametrize("name", GOOD)
def test_the_environment_stands_over_the_default(name: str) -> None:
    default = getattr(load_settings({}, {}), name)
    value = getattr(load_settings({}, {VARIABLES[name]: GOOD[name][0]}), name)
    assert shown(value) == GOOD[name][0]
    assert value != default or name in {"language", "query_workers", "document_workers"}


@pytest.mark.parametrize("name", GOOD)
def test_a_flag_stands_over_the_environment(name: str) -> None:
    environment, flag = GOOD[name]
    value = getattr(load_settings({name: flag}, {VARIABLES[name]: environment}), name)
    assert shown(value) == flag


@pytest.mark.parametrize("name", GOOD)
def test_a_flag_not_given_leaves_the_environment(name: str) -> None:
    value = getattr(load_settings({name: None}, {VARIABLES[name]: GOOD[name][0]}), name)
    assert shown(value) == GOOD[name][0]


@pytest.mark.parametrize("name", GOOD)
def test_an_empty_variable_is_as_good_as_none(name: str) -> None:
    assert load_settings({}, {VARIABLES[name]: ""}) == load_settings({}, {})


@pytest.mark.parametrize(("name", "value", "reason"), BAD)
def test_a_bad_variable_is_named_with_what_would_be_right(
    name: str, value: str, reason: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        load_settings({}, {VARIABLES[name]: value})
    assert caught.value.parameter == VARIABLES[name]
    assert caught.value.message.startswith(f"{VARIABLES[name]}: “{value}” cannot be used: ")
    assert reason in caught.value.message
    assert ".." not in caught.value.message


@pytest.mark.parametrize(("name", "value", "reason"), BAD)
def test_a_bad_flag_is_named_as_a_flag(name: str, value: str, reason: str) -> None:
    with pytest.raises(BadSetting) as caught:
        load_settings({name: value}, {})
    assert caught.value.message.startswith("--" + name.replace("_", "-") + ": ")
    assert reason in caught.value.message


def test_a_bad_variable_counts_under_a_good_flag_too() -> None:
    with pytest.raises(BadSetting):
        load_settings({"port": "80"}, {"OGPGRAPH_PORT": "x"})


def test_the_password_and_the_tokens_are_secret() -> None:
    assert [setting.name for setting in SETTINGS if setting.secret] == ["token", "store_password"]


def test_the_defaults_are_those_of_the_contract() -> None:
    found = load_settings({}, {})
    assert (found.host, found.port, found.base_iri) == ("127.0.0.1", 8000, DEFAULT_BASE_IRI)
    assert (found.query_timeout, found.query_memory, found.result_rows) == (10.0, 1024, 10_000)
    assert (found.store, found.store_update, found.public_url) == ("embedded", None, None)
    assert defaults().keys() == VARIABLES.keys()


@pytest.mark.parametrize(
    ("environment", "home"),
    [
        ({}, Path.home() / ".local/share/ogpgraph"),
        ({"XDG_DATA_HOME": "/data"}, Path("/data/ogpgraph")),
        ({"XDG_DATA_HOME": "/data", "OGPGRAPH_HOME": "~/x"}, Path.home() / "x"),
    ],
)
def test_the_home_is_where_data_lies(environment: dict[str, str], home: Path) -> None:
    assert load_settings({}, environment).home == home


@pytest.mark.parametrize(
    ("lang", "language"),
    [("es_MX.UTF-8", "es"), ("es", "es"), ("en_US.UTF-8", "en"), ("C", "en"), ("", "en")],
)
def test_the_language_follows_lang(lang: str, language: str) -> None:
    assert load_settings({}, {"LANG": lang}).language == language


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "http://localhost:8000"),
        ({"host": "0.0.0.0", "port": "81"}, "http://localhost:81"),
        ({"host": "ogp.example"}, "http://ogp.example:8000"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"public_url": "https://ogp.example/"}, "https://ogp.example"),
    ],
)
def test_the_base_url_is_the_public_one_or_host_and_port(given: dict[str, str], url: str) -> None:
    assert load_settings(given, {}).base_url() == url


def test_settings_are_frozen(settings: Settings) -> None:
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]
