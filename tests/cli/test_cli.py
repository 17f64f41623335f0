"""The command line: exit codes, messages, formats, files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ogpgraph import __version__
from ogpgraph.cli import main
from ogpgraph.errors import BadInput
from ogpgraph.files import parse
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

GraphFile = Callable[..., Path]
Process = Callable[..., subprocess.CompletedProcess[str]]
COMMANDS = [
    "serve",
    "load",
    "validate",
    "query",
    "run",
    "export",
    "status",
    "history",
    "diff",
    "backup",
    "restore",
]
NO_LANGUAGE = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "no language" .\n'
AGENTS = "https://w3id.org/ogpgraph/graph/shared/agents"
BRANCHES = "https://w3id.org/ogpgraph/graph/scheme/branch"
SELECT = 'SELECT ?a ?b { VALUES (?a ?b) { (1 "x"@es) (2 UNDEF) } } ORDER BY ?a'
CONSTRUCT = "CONSTRUCT { <urn:a:s> <urn:a:p> 'ñ'@es } {}"
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nq": "application/n-quads",
    "trig": "application/trig",
}


Run = Callable[..., Any]


# --- help and usage --------------------------------------------------------------------------


def test_version(run: Run) -> None:
    found = run("--version")
    assert (found.code, found.out) == (0, f"ogpgraph {__version__}\n")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command(run: Run, option: str) -> None:
    found = run(option)
    assert found.code == 0
    assert all(command in found.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    found = run(command, "--help")
    assert found.code == 0
    assert f"ogpgraph {command}" in found.out
    assert "--help" in found.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--unknown"],
        ["unknown"],
        *([command, "--unknown"] for command in COMMANDS),
        ["load"],
        ["validate"],
        ["query"],
        ["query", "ASK {}", "more"],
        ["serve", "--port"],
        ["query", "ASK {}", "--format", "exe"],
        ["validate", "x.ttl", "--format", "exe"],
        ["export", "--format", "exe"],
        ["export", "--format", "ttl"],
        ["export", "--graph", AGENTS, "--format", "nq"],
        ["validate", "x.ttl", "--lang", "fr"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2(run: Run, home: Path, arguments: list[str]) -> None:
    given = arguments if arguments[:1] != ["query"] else [*arguments, "--home", str(home)]
    found = run(*given)
    assert found.code == 2
    assert found.err
    assert found.out == ""
    assert "Traceback" not in found.err


def test_no_arguments_show_the_help(run: Run) -> None:
    found = run()
    assert found.code in {0, 2}
    assert "Usage" in found.out + found.err


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["load", "validate"])
def test_a_missing_file_is_exit_3(run: Run, home: Path, tmp_path: Path, command: str) -> None:
    options = ["--home", home] if command == "load" else []
    found = run(command, tmp_path / "absent.ttl", *options)
    assert found.code == 3
    assert "absent.ttl: No such file" in found.err


@pytest.mark.parametrize(
    ("command", "name", "text", "place"),
    [
        ("load", "a.ttl", "@prefix e: <http://e/> .\ne:s e:p .", ":2:9: "),
        ("validate", "a.ttl", "@prefix e: <http://e/> .\ne:s e:p .", ":2:9: "),
        ("validate", "a.nt", "<http://e/s> <http://e/p> .", ":1:27: "),
        ("validate", "a.jsonld", '{"@id": ', ":1:9: "),
        ("validate", "a.rdf", "<x", ":1"),
    ],
)
def test_a_syntax_error_is_exit_3_with_file_line_and_column(
    run: Run, home: Path, tmp_path: Path, command: str, name: str, text: str, place: str
) -> None:
    (tmp_path / name).write_text(text)
    options = ["--home", home] if command == "load" else []
    found = run(command, tmp_path / name, *options)
    assert found.code == 3
    assert f"{tmp_path / name}{place}" in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("name", ["a.txt", "a.trig", "a.nq"])
def test_another_format_is_exit_3(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    assert run("validate", tmp_path / name).code == 3


def test_an_empty_folder_is_exit_3(run: Run, tmp_path: Path) -> None:
    found = run("validate", tmp_path)
    assert found.code == 3
    assert "no .ttl file" in found.err


@pytest.mark.parametrize("text", ["SELECT", "DROP ALL", ""])
def test_a_malformed_query_is_exit_3(run: Run, home: Path, text: str) -> None:
    found = run("query", text, "--home", home)
    assert found.code == 3
    assert "does not parse" in found.err


def test_a_missing_query_file_is_exit_3(run: Run, home: Path, tmp_path: Path) -> None:
    found = run("query", tmp_path / "absent.rq", "--home", home)
    assert found.code == 3
    assert "absent.rq" in found.err


# --- violations ------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("en", "violation"), ("es", "violación")])
def test_a_violation_is_exit_1_with_shape_and_line(
    run: Run, graph_file: GraphFile, language: str, word: str
) -> None:
    path = graph_file("a.ttl", more=NO_LANGUAGE)
    found = run("validate", path, "--lang", language)
    assert found.code == 1
    (line,) = [text for text in found.err.splitlines() if f": {word}: " in text][:1]
    assert line.startswith(f"{path}:13: ")
    assert line.endswith("]")
    assert {"en": "1 file: ", "es": "1 archivo: "}[language] in found.out


def test_messages_are_in_the_language_asked_for(run: Run, graph_file: GraphFile) -> None:
    path = graph_file("a.ttl", more=NO_LANGUAGE)
    one, other = (run("validate", path, "--lang", language).err for language in ("en", "es"))
    assert one != other


def test_a_valid_file_is_exit_0(run: Run, graph_file: GraphFile) -> None:
    found = run("validate", graph_file("a.ttl"))
    assert found.code == 0
    assert "0 violations" in found.out


def test_a_report_is_given_as_json_and_as_rdf(run: Run, graph_file: GraphFile) -> None:
    path = graph_file("a.ttl", more=NO_LANGUAGE)
    found = run("validate", path, "--format", "json")
    assert found.code == 1
    report = json.loads(found.out)
    assert report["conforms"] is False
    assert report["findings"][0]["line"] == 13
    found = run("validate", path, "--format", "ttl")
    graph = parse(found.out.encode(), "text/turtle", name="report", base="urn:x:").graph
    assert "http://www.w3.org/ns/shacl#ValidationReport" in str(graph.lines)


def test_nothing_is_loaded_of_a_wrong_and_a_right_file(
    run: Run, own_home: Path, graph_file: GraphFile
) -> None:
    before = run("status", "--json", "--home", own_home)
    right, wrong = graph_file("a.ttl"), graph_file("b.ttl", graph="shared/b", more=NO_LANGUAGE)
    found = run("load", right, wrong, "--home", own_home)
    assert found.code == 1
    assert f"{wrong}:13: violation: " in found.err
    assert "nothing was changed" in found.err
    after = run("status", "--json", "--home", own_home)
    assert after.out == before.out != ""


def test_loading_says_which_versions_it_made(
    run: Run, own_home: Path, graph_file: GraphFile
) -> None:
    path = graph_file("a.ttl", title="A title")
    version = json.loads(run("status", "--json", "--home", own_home).out)["version"]
    found = run("load", path, "--home", own_home)
    assert found.code == 0
    assert f"version {version + 1}: https://w3id.org/ogpgraph/graph/shared/test (" in found.out
    again = run("load", path, "--home", own_home)
    assert (again.code, again.out.startswith("Nothing changed")) == (0, True)
    found = run("query", 'ASK { ?g ?p "A title"@en }', "--home", own_home)
    assert json.loads(found.out)["boolean"] is True


# --- query -----------------------------------------------------------------------------------


def test_a_select_is_a_table_on_a_terminal_s_terms(run: Run, home: Path) -> None:
    found = run("query", SELECT, "--home", home)
    assert found.code == 0
    assert [line.split() for line in found.out.splitlines()] == [["a", "b"], ["1", "x"], ["2"]]
    assert found.err == "2 rows\n"


SOLUTIONS = {
    "json": '"bindings"',
    "xml": "<sparql",
    "csv": "a,b\r\n1,x\r\n2,\r\n",
    "tsv": '?a\t?b\n1\t"x"@es\n2\t\n',
}


@pytest.mark.parametrize(("name", "text"), SOLUTIONS.items())
def test_solutions_are_given_by_flag_and_by_extension(
    run: Run, home: Path, tmp_path: Path, name: str, text: str
) -> None:
    found = run("query", SELECT, "--home", home, "--format", name)
    assert found.code == 0
    path = tmp_path / f"answer.{name}"
    assert run("query", SELECT, "--home", home, "--output", path).code == 0
    content = path.read_bytes().decode()
    assert content.replace("\r\n", "\n") == found.out.replace("\r\n", "\n")
    assert text in content


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_a_graph_is_given_by_flag_and_by_extension(
    run: Run, home: Path, tmp_path: Path, name: str
) -> None:
    found = run("query", CONSTRUCT, "--home", home, "--format", name)
    path = tmp_path / f"answer.{name}"
    assert run("query", CONSTRUCT, "--home", home, "-o", path).code == found.code == 0
    for content in (found.out.encode(), path.read_bytes()):
        graph = parse(content, MEDIA_TYPES[name], name="answer", base="urn:x:").graph
        assert graph.lines == ('<urn:a:s> <urn:a:p> "ñ"@es .',)


def test_the_columns_of_a_table_are_in_the_order_of_the_query(run: Run, home: Path) -> None:
    text = "SELECT ?none ?b ?a { VALUES (?a ?b) { (1 UNDEF) (2 3) } } ORDER BY ?a"
    found = run("query", text, "--home", home)
    lines = [line.split() for line in found.out.splitlines()]
    assert lines == [["none", "b", "a"], ["1"], ["3", "2"]]


def test_an_ask_is_json(run: Run, home: Path) -> None:
    assert json.loads(run("query", "ASK {}", "--home", home).out)["boolean"] is True


def test_a_flag_stands_over_the_extension(run: Run, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    assert run("query", SELECT, "--home", home, "-o", path).code == 2
    assert run("query", SELECT, "--home", home, "-o", path, "--format", "csv").code == 0
    assert path.read_bytes().startswith(b"a,b")


def test_a_query_is_read_from_a_file(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("SELECT ('ñ' AS ?x) {}")
    assert "ñ" in run("query", tmp_path / "q.rq", "--home", home).out


def test_a_query_is_read_from_standard_input(process: Process, home: Path) -> None:
    found = process(
        "query", "-", "--home", str(home), "--format", "csv", stdin="SELECT ('ñ' AS ?x) {}"
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "x\nñ\n", "")


def test_an_endpoint_is_asked_instead_of_the_home(run: Run, server: Any, tmp_path: Path) -> None:
    text = "SELECT (COUNT(?p) AS ?n) { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> }"
    options = ["--endpoint", f"{server.url}/sparql", "--home", tmp_path / "none"]
    assert run("query", text, *options, "--format", "csv").out.split() == ["n", "5"]
    found = run(
        "query",
        "CONSTRUCT { ?p a <urn:a:Plan> } { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> }",
        *options,
        "--format",
        "nt",
    )
    assert len(found.out.splitlines()) == 5
    assert run("query", "SELECT", *options).code == 3
    assert not (tmp_path / "none").exists()


def test_an_endpoint_that_is_not_there_is_exit_4(run: Run, free_port: Callable[[], int]) -> None:
    found = run("query", "ASK {}", "--endpoint", f"http://127.0.0.1:{free_port()}/sparql")
    assert found.code == 4
    assert "Traceback" not in found.err


# --- export and files ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nq", "trig"])
def test_an_export_of_everything_holds_every_published_graph(
    run: Run, home: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"all.{name}"
    assert run("export", "--home", home, "-o", path).code == 0
    quads = list(
        ox.parse(path.read_bytes(), format=ox.RdfFormat.from_media_type(MEDIA_TYPES[name]))
    )
    status = json.loads(run("status", "--json", "--home", home).out)
    counts: dict[str, int] = {}
    for quad in quads:
        assert isinstance(quad.graph_name, ox.NamedNode)
        counts[quad.graph_name.value] = counts.get(quad.graph_name.value, 0) + 1
    assert counts == {graph["graph"]: graph["triples"] for graph in status["graphs"]}
    assert len(counts) > 15


def test_an_export_is_the_same_each_time(run: Run, home: Path) -> None:
    one, other = (run("export", "--home", home, "--format", "nq").out for _ in range(2))
    assert one == other
    assert len(one.splitlines()) > 1000


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_an_exported_graph_has_the_digest_of_the_published_one(
    run: Run, home: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"branch.{name}"
    assert run("export", "--home", home, "--graph", BRANCHES, "-o", path).code == 0
    graph = parse(path.read_bytes(), MEDIA_TYPES[name], name="branch", base="urn:x:").graph
    status = json.loads(run("status", "--json", "--home", home).out)
    (digest,) = (g["sha256"] for g in status["graphs"] if g["graph"] == BRANCHES)
    assert graph.digest == digest


def test_an_exported_graph_can_be_loaded_again(run: Run, own_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "branch.ttl"
    run("export", "--home", own_home, "--graph", BRANCHES, "-o", path)
    found = run("load", path, "--home", own_home)
    assert (found.code, found.out.startswith("Nothing changed")) == (0, True)


def test_an_unknown_graph_is_exit_2_naming_the_known(run: Run, home: Path) -> None:
    found = run("export", "--home", home, "--graph", "urn:x:none")
    assert found.code == 2
    assert BRANCHES in found.err


@pytest.mark.parametrize("command", [["query", "ASK {}"], ["export"]], ids=["query", "export"])
def test_a_file_is_not_replaced_without_force(
    run: Run, home: Path, tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / ("a.json" if command[0] == "query" else "a.nq")
    path.write_text("old")
    found = run(*command, "--home", home, "-o", path)
    assert found.code == 3
    assert "--force" in found.err
    assert path.read_text() == "old"
    assert run(*command, "--home", home, "-o", path, "--force").code == 0
    assert path.read_text() != "old"
    assert [p for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_a_file_in_no_folder_is_exit_3(run: Run, home: Path, tmp_path: Path) -> None:
    found = run("query", "ASK {}", "--home", home, "-o", tmp_path / "none" / "a.json")
    assert found.code == 3


# --- status, locks, tracebacks, escapes ------------------------------------------------------


def test_status_says_what_the_home_holds(run: Run, home: Path) -> None:
    found = run("status", "--home", home)
    body = json.loads(run("status", "--json", "--home", home).out)
    assert found.code == 0
    assert (
        f"{len(body['graphs'])} graphs, {body['triples']} triples, version {body['version']}"
        in found.out
    )
    assert BRANCHES in found.out
    assert body["triples"] == sum(graph["triples"] for graph in body["graphs"]) > 1000


@pytest.mark.parametrize(
    "command",
    [["export", "--derived"], ["query", "ASK {}"], ["serve", "--port", "1"]],
    ids=lambda c: c[0],
)
def test_a_locked_home_is_exit_4(run: Run, own_home: Path, command: list[str]) -> None:
    with closing(Service.open(load_settings({"home": own_home}, {}))):
        found = run(*command, "--home", own_home)
    assert found.code == 4
    assert "open in another process" in found.err


def test_a_home_that_cannot_be_made_is_exit_4(
    run: Run, graph_file: GraphFile, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    plan = graph_file("a.ttl")
    found = run("load", plan, "--home", tmp_path / "file" / "home")
    assert found.code == 4
    assert "cannot be made" in found.err


@pytest.mark.parametrize("command", ["status", "export", "query"])
def test_a_home_that_is_not_there_is_exit_4_and_not_made(
    run: Run, tmp_path: Path, command: str
) -> None:
    given = ["ASK {}"] if command == "query" else []
    found = run(command, *given, "--home", tmp_path / "mistyped")
    assert found.code == 4
    assert "There is no home" in found.err
    assert not (tmp_path / "mistyped").exists()


def test_a_ledger_that_is_none_is_exit_4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "ledger.sqlite").write_text("no database " * 100)
    found = run("status", "--home", tmp_path / "home")
    assert found.code == 4
    assert "ledger.sqlite" in found.err


def test_a_traceback_is_shown_only_with_debug(process: Process, tmp_path: Path) -> None:
    plain = process("validate", str(tmp_path / "none.ttl"))
    debug = process("--debug", "validate", str(tmp_path / "none.ttl"))
    assert plain.returncode == 3
    assert "Traceback" not in plain.stderr
    assert plain.stderr.startswith("ogpgraph: ")
    assert "Traceback" in debug.stderr
    assert debug.returncode != 0


def test_debug_lets_the_error_through(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        main(["--debug", "validate", str(tmp_path / "none.ttl")])


def test_an_escape_character_in_a_table_is_shown_and_not_sent(run: Run, home: Path) -> None:
    found = run("query", 'SELECT ("a\\u001B[31mb\\u009B\\u0007" AS ?x) {}', "--home", home)
    assert "\x1b" not in found.out
    assert "\x9b" not in found.out
    assert "\x07" not in found.out
    assert "a\\x1b[31mb\\x9b\\x07" in found.out


def test_an_escape_character_in_a_message_is_shown_and_not_sent(
    run: Run, graph_file: GraphFile
) -> None:
    more = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "a\\u009B31m" .\n'
    found = run("validate", graph_file("a.ttl", more=more))
    assert found.code == 1
    assert "\x9b" not in found.err + found.out


@pytest.mark.parametrize("name", ["none\x1b[31m.ttl", "none\x9b.ttl"])
def test_an_escape_character_in_a_file_s_name_is_not_sent(
    run: Run, tmp_path: Path, name: str
) -> None:
    found = run("validate", tmp_path / name)
    assert found.code == 3
    assert "\x1b" not in found.err
    assert "\x9b" not in found.err


def test_markup_of_the_table_s_library_is_shown_as_it_is(run: Run, home: Path) -> None:
    found = run("query", 'SELECT ("[red]x[/red] :smile:" AS ?x) {}', "--home", home)
    assert "[red]x[/red] :smile:" in found.out


def test_the_module_runs_as_a_program(process: Process) -> None:
    found = process("--version")
    assert (found.returncode, found.stdout) == (0, f"ogpgraph {__version__}\n")
    assert found.stderr == ""
