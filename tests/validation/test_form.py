"""The form of `/shacl/validate`: what people paste or choose is checked, shown and forgotten."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.errors import Busy, OgpGraphError, ValidationTimeout
from ogpgraph.report import Finding, Report, Severity
from ogpgraph.service import Service
from ogpgraph.web import form_data, validation_page
from ogpgraph.web.app import create_app

PATH = "/shacl/validate"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
Parts = dict[str, tuple[str | None, bytes | str]]


def post(
    client: httpx.Client, parts: Parts, language: str = "en", **headers: str
) -> httpx.Response:
    return client.post(f"{PATH}?lang={language}", files=parts, headers={**HTML, **headers})


def text_of(answer: httpx.Response) -> str:
    """What a person reads."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return html.unescape(re.sub(r"<[^>]*>", "", main))


def example(client: httpx.Client) -> str:
    page = client.get(f"{PATH}?example=true", headers=HTML).text
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_has_a_form_that_works_without_a_script(
    client: httpx.Client, language: str
) -> None:
    answer = client.get(f"{PATH}?lang={language}", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    form = re.search(r"<form class=\"query\"[^>]*>", answer.text)
    assert form
    assert f'action="{PATH}?lang={language}"' in form[0]
    assert 'method="post"' in form[0]
    assert 'enctype="multipart/form-data"' in form[0]
    assert "<script" not in answer.text
    for name in ("text", "file", "format"):
        assert re.search(rf'<label for="{name}">', answer.text), name
        assert re.search(rf'id="{name}" name="{name}"', answer.text), name
    assert "32 MiB" in answer.text


def test_the_page_knows_its_parameters(client: httpx.Client) -> None:
    for query, parameter in (("example=yes", "example"), ("x=1", "x"), ("lang=fr", "lang")):
        answer = client.get(f"{PATH}?{query}")
        assert answer.status_code == 400
        assert answer.json()["parameter"] == parameter
        page = client.get(f"{PATH}?{query}", headers=HTML)
        assert page.status_code == 400
        assert parameter in text_of(page)
    assert client.get(PATH, headers={"Accept": "text/turtle"}).status_code == 406


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_example_shows_findings_beside_their_lines(client: httpx.Client, language: str) -> None:
    text = example(client)
    answer = post(client, {"text": (None, text)}, language)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert answer.headers["cache-control"] == "no-store"
    report = client.post(
        PATH, content=text.encode(), headers={"Content-Type": "text/turtle"}
    ).json()
    assert report["counts"]["violation"] >= 3
    assert report["counts"]["warning"] >= 1
    seen = text_of(answer)
    lines = text.split("\n")
    for finding in report["findings"]:
        assert finding["messages"][language] in seen
        assert lines[finding["line"] - 1].strip() in seen
        name = finding["shape"].rpartition("#")[2]
        assert f'/shapes?lang={language}#{name}"' in answer.text
    order = [answer.text.index(f'id="{name}"') for name in ("violation", "warning")]
    assert order == sorted(order)
    assert text.splitlines()[5] in html.unescape(answer.text)  # the form has it again


def test_every_rule_that_a_report_names_has_its_anchor(client: httpx.Client) -> None:
    shapes = client.get("/shapes", headers=HTML).text
    answer = post(client, {"text": (None, example(client))})
    named = set(re.findall(r'href="/shapes\?lang=en#([^"]*)"', answer.text))
    assert len(named) > 3
    assert all(f'id="{name}"' in shapes for name in named)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_text_and_a_file_are_two_documents(client: httpx.Client, language: str) -> None:
    parts: Parts = {"text": (None, "<#a> <#b> 'ours' ."), "file": ("a.ttl", b"<#a> <#b> <#c> .")}
    answer = client.post(PATH, files=parts)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == "file"
    assert "one or the other" in answer.json()["detail"]
    page = post(client, parts, language)
    assert page.status_code == 400
    said = {"es": "Envíe uno de los dos", "en": "Send one of them"}
    assert said[language] in text_of(page)
    assert "<#a> <#b> 'ours' ." in text_of(page)  # what was pasted is not lost
    assert "one or the other" not in text_of(page)  # said once, in the language of the page


def test_a_file_says_its_format_and_may_stand_beside_an_empty_text(
    client: httpx.Client, repository: Path
) -> None:
    content = (repository / "data" / "ttl" / "CRI" / "CRI-4.ttl").read_bytes()
    answer = post(client, {"text": (None, " \n"), "file": ("folder\\CRI-4.ttl", content)})
    assert answer.status_code == 200
    assert "It keeps the rules" in answer.text
    assert "<bdi>CRI-4.ttl</bdi>" in answer.text
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    graph = "https://w3id.org/ogpgraph/graph/plan/A"
    triples = f"<{graph}> {a} <https://w3id.org/ogpgraph/ns#ReferenceGraph> .".encode()
    for name, chosen in (("a.nt", "auto"), ("a.bin", "application/n-triples")):
        answer = post(client, {"file": (name, triples), "format": (None, chosen)})
        assert answer.status_code == 200, (name, text_of(answer)[:300])
    wrong = post(client, {"file": ("a.rdf", triples), "format": (None, "auto")})
    assert wrong.status_code == 400  # by its name it is RDF/XML


def test_programs_may_post_the_form_and_get_json_or_rdf(client: httpx.Client) -> None:
    parts: Parts = {"text": (None, example(client))}
    answer = client.post(PATH, files=parts)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["conforms"] is False
    turtle = client.post(PATH, files=parts, headers={"Accept": "text/turtle"})
    assert "sh:ValidationReport" in turtle.text
    error = client.post(PATH, files={"text": (None, "<a")})
    assert error.status_code == 400
    assert error.headers["content-type"] == "application/problem+json"
    plain = client.post(
        PATH,
        content=example(client).encode(),
        headers={"Content-Type": "text/turtle", "Accept": "text/html"},
    )
    assert plain.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("text", "line", "marked", "before"),
    [
        ("@prefix a: <https://a.example/> .\na:b a:c a:d .\nx", 3, None, ""),
        ("@prefix a: <https://a.example/> .\r\n\r\na:b a:c é:d .\r\n", 3, None, "a:b"),
        ("nonsense", 1, None, ""),
    ],
)
def test_a_syntax_error_is_shown_with_its_line_and_a_caret(
    client: httpx.Client, text: str, line: int, marked: str | None, before: str
) -> None:
    answer = post(client, {"text": (None, text)})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    place = re.search(r'<pre class="said-at".*?</pre>', answer.text, re.DOTALL)
    assert place
    assert f">Line {line}</span>" in place[0]
    shown, caret = place[0].splitlines()[1:3]
    at = html.unescape(shown.partition("<mark>")[0])
    assert caret.partition("^")[0] == " " * len(at)
    assert at.startswith(before)
    if marked:
        assert f"<mark>{marked}</mark>" in shown
    assert html.unescape(answer.text.partition("<textarea")[2]).count(
        text.split("\n", maxsplit=1)[0].strip()
    )


@pytest.mark.parametrize(
    ("parts", "status", "told"),
    [
        ({}, 400, "boundary"),
        ({"text": (None, "  ")}, 400, "Paste a text or choose a file."),
        ({"file": ("", b"")}, 400, "Paste a text or choose a file."),
        ({"other": (None, "x")}, 400, "no field"),
        ({"text": (None, "x"), "format": (None, "text/html")}, 400, "is not read"),
        ({"text": (None, b"\xff\xfe")}, 400, "UTF-8"),
        (
            {"text": (None, "<https://e.example/a> <gopher://b> <https://e.example/c> .")},
            422,
            "scheme",
        ),
        ({"text": (None, "<https://e.example/a> <https://e.example/b> 1 .")}, 400, ""),
    ],
)
def test_what_cannot_be_checked_is_told_on_the_page(
    client: httpx.Client, parts: Parts, status: int, told: str
) -> None:
    headers = {} if parts else {"Content-Type": "multipart/form-data"}
    answer = post(client, parts, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert told in text_of(answer)
    assert '<form class="query"' in answer.text


def test_what_is_wrong_is_told_in_the_language_of_the_page(client: httpx.Client) -> None:
    headers = HTML | {"Accept-Language": "es"}
    for text, told in (("", "Pegue un texto"), ("<a", "El documento no puede leerse.")):
        answer = client.post(PATH, files={"text": (None, text)}, headers=headers)
        assert answer.status_code == 400
        assert told in text_of(answer)
    assert "Paste a text" not in client.post(PATH, files={"text": (None, "")}, headers=headers).text


def test_a_form_that_is_cut_off_or_has_a_field_twice_is_refused(client: httpx.Client) -> None:
    head = {**HTML, "Content-Type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n'
    for body in (b"", b"x", part, part + b"--b", part + part + b"--b--\r\n", part * 20 + b"--b--"):
        answer = client.post(PATH, content=body, headers=head)
        assert answer.status_code == 400, body
        assert answer.headers["content-type"].startswith("text/html")


HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202e evil \u2066\u200b\x1b[31m",
    "</pre><svg onload=alert(1)>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_input_is_shown_harmless(client: httpx.Client, hostile: str) -> None:
    quoted = hostile.replace("\\", "\\\\").replace('"', '\\"').replace("\x1b", "")
    texts = [
        hostile,  # a syntax error
        example(client).replace('"nueve"', f'"{quoted}"'),  # in a value, and in the line of it
    ]
    for text in texts:
        answer = post(client, {"text": (None, text)})
        assert answer.status_code in {200, 400, 422}
        body = answer.text
        for tag in ("<script", "<img src=x", "<svg onload"):
            assert tag not in body.lower()
        assert body.count("</textarea>") == 1
        shown = body.partition("<textarea")[0]
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x1b]", shown)
    named = post(client, {"file": (f"{hostile}.ttl", b"x")})
    assert "<script" not in named.text.lower()
    assert "<img src=x" not in named.text


def test_a_long_text_is_not_sent_back_and_long_lines_are_cut(client: httpx.Client) -> None:
    text = "# " + "x" * 300_000
    answer = post(client, {"text": (None, text)})
    assert "too long to be shown" in answer.text
    assert len(answer.content) < 20_000
    line = f'<https://e.example/a> <https://e.example/b> "{"y" * 100_000}" ; ; x'
    answer = post(client, {"text": (None, line)})
    assert answer.status_code == 400
    place = re.search(r'<pre class="said-at".*?</pre>', answer.text, re.DOTALL)
    assert place
    assert len(place[0]) < 1_000


def test_a_file_that_is_too_large_is_refused_kindly(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ogpgraph.web.documents.MAX_BYTES", 10_000)
    answer = post(client, {"file": ("a.ttl", b"#" * 20_000)})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "over 10000 bytes" in text_of(answer)


def test_nothing_is_stored_whoever_sends_the_form(
    client: httpx.Client, service: Service, repository: Path
) -> None:
    """So another site that has a browser send it (CSRF) changes nothing, and sees nothing."""
    before = (service.sequence, service.edition, sorted(service.settings.home.rglob("*.sqlite")))
    content = (repository / "data" / "ttl" / "CRI" / "CRI-4.ttl").read_bytes()
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}
    answer = post(client, {"file": ("a.ttl", content)}, **headers)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    after = (service.sequence, service.edition, sorted(service.settings.home.rglob("*.sqlite")))
    assert after == before


@dataclass
class Trial:
    """Ends as it is told."""

    end: OgpGraphError | Report

    def check(self, content: bytes, media_type: str, **_: Any) -> Report:
        if isinstance(self.end, OgpGraphError):
            raise self.end
        return self.end


@pytest.fixture
def ending(
    empty_service: Service,
    monkeypatch: pytest.MonkeyPatch,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Callable[[OgpGraphError | Report], httpx.Response]:
    def ended(end: OgpGraphError | Report) -> httpx.Response:
        monkeypatch.setattr(empty_service, "trial", Trial(end))
        return post(client_of(create_app(empty_service)), {"text": (None, "x")})

    return ended


def test_a_full_service_says_when_to_come_back(
    ending: Callable[[OgpGraphError | Report], httpx.Response],
) -> None:
    busy = ending(Busy("No worker was free.", retry_after=2))
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "2")
    assert "No worker was free." in text_of(busy)
    late = ending(ValidationTimeout("Took too long.", limit_s=1.0))
    assert late.status_code == 503
    assert late.headers["content-type"].startswith("text/html")


def test_a_long_report_is_cut_and_says_so(
    ending: Callable[[OgpGraphError | Report], httpx.Response],
) -> None:
    findings = [
        Finding(Severity.VIOLATION, f"urn:x:{n}", None, None, "urn:s", "urn:c", {"en": "Mend."})
        for n in range(1_000)
    ]
    answer = ending(Report(tuple(findings)))
    assert answer.text.count('<li class="finding">') == 200
    assert "</span> 1000</h3>" in answer.text
    assert "Shown are the first 200." in text_of(answer)


def test_many_forms_at_once_are_checked_or_told_to_come_back(
    service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    app = create_app(service)
    found: list[int] = []

    def send() -> None:
        found.append(post(client_of(app), {"text": (None, "x")}).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {400, 503}
    assert 400 in found


# --- the parser of forms --------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_no_bytes_are_more_than_a_bad_form(content: bytes) -> None:
    with pytest.raises(form_data.BadRequest):
        form_data.fields_of(content + b"\r\n--z", "multipart/form-data; boundary=b", ["text"])


@settings(max_examples=200, deadline=None)
@given(text=st.binary(max_size=300), name=st.text(max_size=20))
def test_a_form_gives_back_what_was_put_in(text: bytes, name: str) -> None:
    request = httpx.Request("POST", "http://x/", files={"file": (name, text), "text": (None, text)})
    sent = request.headers["content-type"]
    found = form_data.fields_of(request.read(), sent, ["file", "text"])
    assert bytes(found["file"].content) == bytes(found["text"].content) == text


@given(text=st.text())
def test_what_is_not_to_be_seen_is_written_out(text: str) -> None:
    shown = validation_page.visible(text)
    assert all(c.isprintable() or c == "\t" for c in shown)
