"""Documents in: every error with its place, every statement with its line, the same value always."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.errors import BadInput, BadSyntax
from ogpgraph.files import Document, Graph, parse, read, triples, write, write_dataset, write_file
from ogpgraph.intake import source
from ogpgraph.terms import XSD, Term

BASE = "https://base.example/"
TURTLE, N_TRIPLES = "text/turtle", "application/n-triples"
RDF_XML, JSON_LD = "application/rdf+xml", "application/ld+json"
E = "@prefix e: <http://e/> .\n"
R = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
    '<rdf:Description rdf:about="http://e/s">'
)
END = "</rdf:Description></rdf:RDF>"


def doc(text: str | bytes, media_type: str = TURTLE) -> Document:
    content = text.encode() if isinstance(text, str) else text
    return parse(content, media_type, name="f", base=BASE)


TURTLE_ERRORS = {
    "no dot": (E + "e:s e:p e:o", 2, 12, "Unexpected end"),
    "no object": (E + "e:s e:p .\n", 2, 9, "object"),
    "unknown prefix": (E + "e:s x:p e:o .\n", 2, 5, "prefix x: has not been declared"),
    "open text": (E + 'e:s e:p "open .\n', 2, 9, "end of file"),
    "open long text": (E + 'e:s e:p """a\nb\nc .\n', 2, 9, "end of file"),
    "stray bracket": (E + "e:s e:p e:o ;\n e:q ] .\n", 3, 6, "]"),
    "empty language": (E + 'e:s e:p "a"@ .\n', 2, 13, "language"),
    "no datatype": (E + 'e:s e:p "a"^^ .\n', 2, 15, "datatype"),
    "relative IRI": (E + "e:s <rel> e:o .\n", 2, 5, "No scheme"),
    "relative prefix": ("@prefix e: <rel/> .\n", 1, 12, "No scheme"),
    "literal subject": (E + '\n\ne:s e:p e:o .\n"lit" e:p e:o .\n', 5, 1, "subject"),
    "unknown escape": (E + "e:s e:p 'a\\q' .\n", 2, 11, "escape"),
    "space in IRI": (E + "e:s e:p <http://e/a b> .\n", 2, 9, "IRI"),
    "escaped space in IRI": (E + "e:t e:p <http://e/\\u0020> .\n", 2, 9, "IRI"),
    "half a surrogate pair": (E + 'e:s e:p "\\uD800" .\n', 2, 10, "D800"),
    "prefix without a colon": ("@prefix e <http://e/> .\n", 1, 9, "PREFIX"),
    "graph block": ("GRAPH <http://g> { <http://a> <http://b> 1 }", 1, 1, "GRAPH"),
}
N_TRIPLES_ERRORS = {
    "no dot": ('<http://e/s> <http://e/p> "a"', 1, 30, "dot"),
    "no object": ("<http://e/s> <http://e/p> .", 1, 27, "object"),
    "literal predicate": ('<http://e/s> "p" <http://e/o> .', 1, 14, "predicate"),
    "literal subject": ('"s" <http://e/p> <http://e/o> .', 1, 1, "subject"),
    "prefixed name": ("e:s <http://e/p> <http://e/o> .", 1, 1, "subject"),
    "relative IRI": ("# c\n\n<http://e/s> <p> <http://e/o> .\n", 3, 14, "No scheme"),
    "open text": ('<http://e/s> <http://e/p> "a .\n', 1, 27, "end of file"),
    "empty language": ('<http://e/s> <http://e/p> "a"@ .', 1, 31, "language"),
    "unknown escape": ('<http://e/s> <http://e/p> "a\\x" .', 1, 29, "escape"),
    "number": ("<http://e/s> <http://e/p> 5 .", 1, 27, "object"),
    "prefixed datatype": ('<http://e/s> <http://e/p> "a"^^x .', 1, 32, "datatype"),
    "quad": ("<http://e/s> <http://e/p> <http://e/o> <http://e/g> .", 1, 40, "dot"),
}
RDF_XML_ERRORS = {
    "wrong end tag": (R + "<e:p>a</e:q>" + END, 2, 49, "tag"),
    "missing end tag": (R + "<e:p>a</e:p>\n</rdf:RDF>", 3, 3, "tag"),
    "unknown prefix": (R + "\n<x:p>a</x:p>" + END, 3, None, "x:"),
    "unknown entity": (R + "<e:p>&nope;</e:p>" + END, 2, 46, "entity"),
    "relative IRI": (R.replace("http://e/s", "rel") + "<e:p>a</e:p>" + END, 2, None, "No scheme"),
    "space in IRI": (R + '\n\n<e:p rdf:resource="http://e/a b"/>' + END, 4, None, "IRI"),
    "unquoted attribute": (R + "<e:p a=b>x</e:p>" + END, 2, 48, "invalid token"),
    "bad nodeID": (R + '<e:p rdf:nodeID="1 2"/>' + END, 2, None, "nodeID"),
    "two values": (R + "<e:p><e:a/><e:b/></e:p>" + END, 2, None, "Unexpected node"),
    "relative datatype": (R + '<e:p rdf:datatype="x">1</e:p>' + END, 2, None, "No scheme"),
    "no XML": ("not xml", 1, 1, "yntax error"),
    "external entity": (
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + R + "<e:p>&x;</e:p>" + END,
        1,
        1,
        "type declaration",
    ),
}
JSON_LD_ERRORS = {
    "open object": ("{", 1, 2, "Object keys"),
    "no value": ('{"@id": "http://e/s", "http://e/p": }', 1, 37, "closing curly bracket"),
    "no comma": ('{"@id": "http://e/s"\n "http://e/p": 1}', 2, 2, "comma"),
    "open array": ("[1, 2", 1, 6, "comma"),
    "no JSON": ("nonsense", 1, 1, "Null"),
    "nothing": ("", 1, 1, "end of file"),
    "remote context": ('{"@context": "https://e/c.jsonld"}', 1, 14, "would be fetched"),
    "remote import": ('{"@context": {"@import": "http://e/c"}}', 1, 26, "would be fetched"),
    "number as id": ('{"@id": 5, "http://e/p": 1}', 1, None, "@id value"),
    "object as value": ('{"@id": "http://e/s",\n "http://e/p": {"@value": {}}}', 2, None, "@value"),
    "number as type": ('{"@id": "http://e/s",\n\n"@type": 5}', 3, None, "@type value"),
    "two ids": ('{"@id": "http://e/s", "@id": "http://e/t"}', 1, None, "defined twice"),
    "named graph": (
        '{"@id": "http://e/g", "http://e/q": 1,\n "@graph": [{"@id": "http://e/t", "http://e/p": 1}]}',
        2,
        None,
        "Named graphs",
    ),
}
ERRORS = {
    (media_type, case): row
    for media_type, table in (
        (TURTLE, TURTLE_ERRORS),
        (N_TRIPLES, N_TRIPLES_ERRORS),
        (RDF_XML, RDF_XML_ERRORS),
        (JSON_LD, JSON_LD_ERRORS),
    )
    for case, row in table.items()
}
SUFFIX_OF = {media_type: suffix for suffix, media_type in source.SUFFIXES.items()}


def test_each_format_has_at_least_ten_syntax_errors() -> None:
    tables = (TURTLE_ERRORS, N_TRIPLES_ERRORS, RDF_XML_ERRORS, JSON_LD_ERRORS)
    assert all(len(table) >= 10 for table in tables)


@pytest.mark.parametrize(("media_type", "case"), ERRORS, ids=lambda part: part.rpartition("/")[2])
def test_a_syntax_error_gives_file_line_and_column(
    media_type: str, case: str, tmp_path: Path
) -> None:
    text, line, column, reason = ERRORS[media_type, case]
    path = tmp_path / f"wrong{SUFFIX_OF[media_type]}"
    path.write_text(text)
    with pytest.raises(BadSyntax) as caught:
        read(path, base=BASE)
    error = caught.value
    place = f"{path}:{line}:{column}: " if column else f"{path}:{line}: "
    assert error.message.startswith(place)
    assert reason in error.message.removeprefix(place)
    assert "Parser error" not in error.message
    assert "\n" not in error.message
    assert (error.file, error.line, error.column) == (str(path), line, column)


@pytest.mark.parametrize(
    "content",
    [
        R + "<e:p>a</e:p></rdf:Description>",
        R + "<e:p>a</e:p>",
        R + "<e:p>a",
    ],
    ids=["before the last tag", "inside a description", "inside a text"],
)
def test_an_rdf_xml_file_that_breaks_off_is_refused(content: str) -> None:
    with pytest.raises(BadSyntax):
        doc(content, RDF_XML)


def test_a_relative_iri_in_json_ld_is_refused_and_not_dropped() -> None:
    with pytest.raises(BadSyntax):
        doc('{"@id": "relative", "http://e/p": "a"}', JSON_LD)


@pytest.mark.parametrize(
    "text", ['e:s e:p "a"@es--ltr .', "e:s e:p <<( e:a e:b e:c )>> ."], ids=["direction", "triple"]
)
def test_what_rdf_1_2_adds_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(BadSyntax, match=r"f:2:.*RDF 1\.2"):
        doc(E + text)


BAD_UTF8 = {
    "one byte": (b"ab\xff", 1, 3),
    "latin-1": (E.encode() + 'e:s e:p "a\u00f1o"'.encode("latin-1"), 2, 11),
    "cut off": ("a\n\nñ".encode()[:-1], 3, 1),
    "overlong": (b"\n\xc0\x80", 2, 1),
    "surrogate": (b"x\n \xed\xa0\x80", 2, 2),
    "utf-16": ("\ufeff<http://e/s>".encode("utf-16-le"), 1, 1),
}


@pytest.mark.parametrize("case", BAD_UTF8)
@pytest.mark.parametrize("media_type", SUFFIX_OF)
def test_what_is_not_utf_8_is_refused_with_line_and_column(media_type: str, case: str) -> None:
    content, line, column = BAD_UTF8[case]
    with pytest.raises(BadSyntax, match=rf"^f:{line}:{column}: not UTF-8") as caught:
        doc(content, media_type)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_byte_order_mark_is_stripped() -> None:
    text = "<http://e/s> <http://e/p> 1 ."
    assert doc("\ufeff" + text).graph == doc(text).graph
    with pytest.raises(BadSyntax, match=r"^f:1:3: "):
        doc(b"\xef\xbb\xbfab\xff")


SAME = [
    "_:a e:p _:b . _:b e:q 'x' . e:s e:r _:a .",
    "_:z e:q 'x' . e:s e:r _:y . _:y e:p _:z .",
    "e:s e:r [ e:p [ e:q 'x' ] ] .",
    "_:b e:p _:a . e:s e:r _:b . _:a e:q 'x' .",
]


def test_blank_nodes_are_named_alike_whatever_their_labels_and_order() -> None:
    graphs = {doc(E + text).graph for text in SAME}
    assert len(graphs) == 1
    (graph,) = graphs
    assert len(graph) == 3
    assert "_:" not in "".join(graph.lines)
    assert sum(line.count(f"<{BASE}.well-known/genid/") for line in graph.lines) == 4


def test_blank_nodes_of_different_content_are_named_apart() -> None:
    one, two = (triples(doc(f"{E}_:a e:p {value} .").graph) for value in "12")
    assert next(one).subject != next(two).subject


def test_two_blank_nodes_that_say_the_same_stay_two() -> None:
    graph = doc(E + "e:s e:p [ e:q 1 ] , [ e:q 1 ] .").graph
    assert len(graph) == 4


def test_a_list_becomes_named_cells() -> None:
    graph = doc(E + "e:s e:p ( 1 2 3 ) .").graph
    assert len(graph) == 7


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.permutations(
        ["_:a e:p _:b .", "_:b e:p _:c .", "_:c e:p 'x' .", "e:s e:p _:a .", "e:s e:p 1 ."]
    )
)
def test_any_order_of_statements_is_the_same_graph(statements: list[str]) -> None:
    ordered = sorted(statements)
    assert doc(E + "\n".join(statements)).graph == doc(E + "\n".join(ordered)).graph


LINES = """@prefix e: <http://e/> .

e:s e:p "a", "b"
,
"c" ;
  e:q '''first

third''' .
# a comment
e:t a e:C ; e:p
  "last" .
e:s e:p "a" .
"""


def test_every_statement_has_the_line_on_which_it_ends() -> None:
    document = doc(LINES)
    found = {
        (t.subject.value[-1], t.object.value): document.line_of[str(t)]
        for t in triples(document.graph)
    }
    assert found == {
        ("s", "a"): 3,
        ("s", "b"): 4,
        ("s", "c"): 5,
        ("s", "first\n\nthird"): 8,
        ("t", "http://e/C"): 10,
        ("t", "last"): 11,
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_thousand_statements_have_their_lines(ending: str) -> None:
    text = ending.join(f'<http://e/s> <http://e/p> "{number}" .' for number in range(1000))
    document = doc(text, N_TRIPLES)
    assert [document.line_of[f'<http://e/s> <http://e/p> "{n}" .'] for n in (0, 499, 999)] == [
        1,
        500,
        1000,
    ]


def test_statements_of_blank_nodes_have_no_line() -> None:
    document = doc(E + "e:s e:p [ e:q 1 ] ; e:r 2 .")
    assert len(document.line_of) == 1


def test_rebase_moves_iris_and_datatypes_and_no_texts() -> None:
    text = '<http://old/s> <http://old/p> "http://old/"^^<http://old/d> , "http://old/" , <http://other/old> .'
    moved = parse(
        text.encode(), TURTLE, name="f", base=BASE, rebase=("http://old/", "http://new/x/")
    )
    assert moved.graph.lines == (
        '<http://new/x/s> <http://new/x/p> "http://old/" .',
        '<http://new/x/s> <http://new/x/p> "http://old/"^^<http://new/x/d> .',
        "<http://new/x/s> <http://new/x/p> <http://other/old> .",
    )
    assert set(moved.line_of.values()) == {1}


def test_a_token_that_the_parser_cannot_hold_is_bad_input() -> None:
    with pytest.raises(BadInput, match=r"^f:1: .*16 MiB"):
        doc(b"#" * (17 * 1024 * 1024))


def test_a_document_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    text = b"<http://e/s> <http://e/p> 1 .\n"
    rest = source.MAX_BYTES - len(text)
    filling = (b"#" * 9_999 + b"\n") * (rest // 10_000) + b"#" * (rest % 10_000)
    assert len(doc(text + filling).graph) == 1
    with pytest.raises(BadInput, match=str(source.MAX_BYTES)):
        doc(text + filling + b"#")


@pytest.mark.parametrize("suffix", [".nq", ".trig"])
def test_a_file_of_several_graphs_is_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text("")
    with pytest.raises(BadInput, match="one file a named graph"):
        read(path, base=BASE)


@pytest.mark.parametrize("name", ["x.txt", "x", "x.txt.gz", "ttl"])
def test_an_unknown_suffix_is_refused_naming_the_known(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(BadInput, match=r"\.ttl, \.nt, \.rdf, \.jsonld"):
        read(tmp_path / name, base=BASE)


def test_a_suffix_counts_in_capitals_too(tmp_path: Path) -> None:
    (tmp_path / "X.TTL").write_text("<http://e/s> <http://e/p> 1 .")
    assert len(read(tmp_path / "X.TTL", base=BASE).graph) == 1


def test_a_file_that_is_not_there_is_bad_input_naming_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.ttl: No such file"):
        read(tmp_path / "absent.ttl", base=BASE)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(BadInput, match="directory"):
        read(tmp_path / "folder.ttl", base=BASE)


EQUAL = [
    ("1", "01", "integer"),
    ("7.5", "7.50", "decimal"),
    ("true", "1", "boolean"),
    ("100", "1E2", "double"),
]


@pytest.mark.parametrize(("one", "other", "datatype"), EQUAL)
def test_a_number_has_one_spelling(one: str, other: str, datatype: str) -> None:
    first, second = (
        doc(f'<http://e/s> <http://e/p> "{text}"^^<{XSD}{datatype}> .') for text in (one, other)
    )
    assert first.graph == second.graph
    assert len(first.line_of) == len(second.line_of) == 1


def test_the_digest_is_the_sha256_of_the_canonical_document() -> None:
    graph = doc(E + "e:s e:p 'b' , 'a' .").graph
    content = b'<http://e/s> <http://e/p> "a" .\n<http://e/s> <http://e/p> "b" .\n'
    assert graph.to_bytes() == content
    assert graph.digest == hashlib.sha256(content).hexdigest()


def test_a_graph_is_sorted_and_has_each_statement_once() -> None:
    assert Graph.of(["b", "a", "b"]).lines == ("a", "b")
    assert (Graph.of(["b"]) | Graph.of(["a", "b"])) == Graph.of(["a", "b"])


def test_the_empty_graph_has_the_digest_of_nothing() -> None:
    assert doc("").graph == Graph()
    assert Graph().digest == hashlib.sha256(b"").hexdigest()


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r\x7f\x85"),
    max_size=30,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, st.sampled_from([None, "es", "en-GB"]))
@pytest.mark.parametrize("media_type", [TURTLE, N_TRIPLES, JSON_LD])
def test_any_text_written_is_read_back(media_type: str, text: str, language: str | None) -> None:
    term = Term("literal", text, language and language.lower())
    graph = doc(f"<http://e/s> <http://e/p> {term} .").graph
    assert next(triples(graph)).object == term
    assert doc(write(graph, media_type, prefixes={"e": "http://e/"}), media_type).graph == graph


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_any_text_that_xml_can_hold_is_read_back_from_rdf_xml(text: str) -> None:
    graph = doc(f"<http://e/s> <http://e/p> {Term('literal', text)} .").graph
    assert doc(write(graph, RDF_XML, prefixes={"e": "http://e/"}), RDF_XML).graph == graph


@pytest.mark.parametrize("media_type", ["application/n-quads", "application/trig"])
def test_a_dataset_written_holds_every_graph(media_type: str) -> None:
    graphs = {f"http://e/{name}": doc(E + f"e:{name} e:p 1 .").graph for name in "ba"}
    content = write_dataset(graphs, media_type, prefixes={"e": "http://e/"})
    quads = list(ox.parse(content, format=ox.RdfFormat.from_media_type(media_type)))
    assert [(q.graph_name, q.subject) for q in quads] == [
        (ox.NamedNode(f"http://e/{name}"), ox.NamedNode(f"http://e/{name}")) for name in "ab"
    ]


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "x.ttl", b"content", force=False)
    assert (tmp_path / "x.ttl").read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.ttl"]


def test_a_file_that_exists_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"old")
    with pytest.raises(BadInput, match="--force"):
        write_file(path, b"new", force=False)
    assert path.read_bytes() == b"old"
    write_file(path, b"new", force=True)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", ["absent/x.ttl", "file/x.ttl"])
def test_a_file_that_cannot_be_written_is_bad_input(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput):
        write_file(tmp_path / where, b"new", force=True)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").mkdir()
    with pytest.raises(BadInput):
        write_file(tmp_path / "x.ttl", b"new", force=True)
    assert list(tmp_path.iterdir()) == [tmp_path / "x.ttl"]
