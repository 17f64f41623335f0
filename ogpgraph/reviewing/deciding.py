"""A decision on a suggestion: accepted, it becomes a curated alignment; rejected, it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ogpgraph.alignments.records import ACCEPTED, CURATED, REJECTED, Alignment, Evidence, Texts
from ogpgraph.errors import BadRequest, Conflict, Unprocessable
from ogpgraph.iris import Names
from ogpgraph.reviewing.naming import Place, place_of, short_id
from ogpgraph.reviewing.passages import MOST_WORDS
from ogpgraph.reviewing.reviewers import Reviewer, label_of
from ogpgraph.reviewing.sheets import Sheet, linked, worded
from ogpgraph.terms import XSD, Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES

DECISIONS = (ACCEPTED, REJECTED)
MOST_CHARACTERS = 2_000
"""Characters of a reason in one language."""
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DERIVED = EXTERNAL_PREFIXES["prov"] + "wasDerivedFrom"
_REVIEW = ("reviewedAt", "reviewNote")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided, why by language, and words of the commitment's texts to quote, if any."""

    state: str
    reasons: Texts
    quote: str = ""

    @classmethod
    def of(cls, state: str, reasons: Mapping[str, str], quote: str = "") -> Decision:
        """A decision that can stand.

        Raises:
            BadRequest: it is none, or the reasons are not what it needs: both languages to
                accept, as every curated alignment has them, and one of them to reject; or a text
                holds what no text may hold.
        """
        if state not in DECISIONS:
            raise BadRequest(f"decision is “{state[:40]}”.", known=DECISIONS, parameter="decision")
        told = {tag: _tidy(text) for tag, text in reasons.items()}
        for tag, text in told.items():
            _check_characters(text, f"The reason in {tag}", f"rationale.{tag}")
            if len(text) > MOST_CHARACTERS:
                raise BadRequest(
                    f"The reason in {tag} has {len(text)} characters; {MOST_CHARACTERS} are the "
                    "limit.",
                    parameter=f"rationale.{tag}",
                )
        told = {tag: text for tag, text in told.items() if text}
        missing = [tag for tag in LANGUAGES if tag not in told]
        if missing and (state == ACCEPTED or len(missing) == len(LANGUAGES)):
            raise BadRequest(
                "To accept, give the reason in Spanish (es) and in English (en), as every curated "
                "alignment has it."
                if state == ACCEPTED
                else "To reject, give the reason in Spanish (es), in English (en) or in both.",
                known=LANGUAGES,
                parameter=f"rationale.{missing[0]}",
            )
        return cls(state, told, _checked_quote(_tidy(quote), state))


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _check_characters(text: str, what: str, parameter: str) -> None:
    """Whether a text can be written, in XML too: found later it would be told of no parameter."""
    if found := _UNWRITABLE.search(text):
        point = f"U+{ord(found.group()):04X}"
        is_control = unicodedata.category(found.group()) == "Cc"
        told = f"the control character {point}" if is_control else f"{point}, which is no character"
        raise BadRequest(f"{what} holds {told}; leave it out.", parameter=parameter)


def _checked_quote(quote: str, state: str) -> str:
    _check_characters(quote, "The quote", "quote")
    if quote and state != ACCEPTED:
        raise BadRequest(
            "A quote goes with accepting; what is rejected has none.", parameter="quote"
        )
    if len(quote.split()) > MOST_WORDS:
        raise BadRequest(
            f"The quote has {len(quote.split())} words; {MOST_WORDS} are the limit.",
            parameter="quote",
        )
    return quote


@dataclass(frozen=True, slots=True)
class Bench:
    """What a decision is made on: the two graphs as they are, and the texts that can be quoted.

    `texts` are property, language and text of what is aligned.
    """

    suggestions: Sheet
    curated: Sheet
    texts: tuple[tuple[str, str, str], ...]


def decided(
    one: Alignment,
    decision: Decision,
    reviewer: Reviewer,
    moment: str,
    bench: Bench,
    *,
    again: bool,
) -> Bench | None:
    """Both graphs after a decision; None where it changes nothing.

    Args:
        one: the suggestion.
        decision: on it.
        reviewer: who decides.
        moment: now, as xsd:dateTime writes it.
        bench: the graphs before it.
        again: whether an earlier decision may be replaced.

    Raises:
        Conflict: somebody decided otherwise already, or curation says something else of the
            commitment.
        Unprocessable: the quote does not stand in the texts.
    """
    names = bench.suggestions.names
    place = place_of(one.aligned, one.goal, one.target)
    held = bench.curated.alignments.get(place.curated(names))
    made = _came_of(held, one)
    quoted = held.evidence.quote if held and held.evidence else ""
    same = _same(one, decision, reviewer, names) and decision.quote in {"", quoted}
    if same and (decision.state == REJECTED or made):
        return None
    if one.state in DECISIONS and not same and not again:
        raise _already(one, names)
    reviewed = _reviewed(one, decision, reviewer, moment, names)
    suggestions = bench.suggestions.with_(reviewed, more=reviewer.described)
    if decision.state == REJECTED:
        gone = (place.curated(names),) if made else ()
        return replace(bench, suggestions=suggestions, curated=bench.curated.without(*gone))
    if held is not None and not made:
        raise Conflict(
            f"{short_id(names, held.iri)} is curated already, and not from this suggestion.",
            slug="contradiction",
        )
    _check_aligned(one, bench)
    curated = _curated(one, decision, reviewer, moment, place, bench)
    after = bench.curated.with_(curated, more=reviewer.described)
    return replace(bench, suggestions=suggestions, curated=after)


def _already(one: Alignment, names: Names) -> Conflict:
    return Conflict(
        f"{short_id(names, one.iri)} was {one.state} by "
        f"{label_of(names, reviewed_by(one))} on {reviewed_at(one, names)}. To decide "
        "again, send If-Match with the ETag of its review (on the command line, --again).",
        slug="already-reviewed",
    )


def _came_of(held: Alignment | None, one: Alignment) -> bool:
    """Whether a curated alignment came of a suggestion."""
    return held is not None and one.iri in {v.value for v in held.values(_DERIVED)}


def _same(one: Alignment, decision: Decision, reviewer: Reviewer, names: Names) -> bool:
    """Whether the decision is the one that stands: the same state, by the same, for the same."""
    return (
        one.state == decision.state
        and one.reviewers == (reviewer.iri,)
        and notes_of(one, names) == decision.reasons
    )


def _reviewed(
    one: Alignment, decision: Decision, reviewer: Reviewer, moment: str, names: Names
) -> Alignment:
    """The suggestion with the decision on it, in place of an earlier one."""
    terms = {f"<{names.term(name)}>" for name in _REVIEW}
    kept = tuple(line for line in one.rest if line.split(" ", 2)[1] not in terms)
    when = literal(moment, datatype=f"{XSD}dateTime")
    told = (
        str(Triple(iri(one.iri), iri(names.term("reviewedAt")), when)),
        *worded(one.iri, names.term("reviewNote"), decision.reasons),
    )
    return replace(
        one,
        state=decision.state,
        reviewers=(reviewer.iri,),
        rest=tuple(sorted((*kept, *told))),
    )


def _check_aligned(one: Alignment, bench: Bench) -> None:
    """Whether curation says otherwise of how far the commitment reaches."""
    names, curated = bench.curated.names, bench.curated
    number = one.aligned.rpartition("/")[2]
    reasons = next((u.reasons for u in curated.unaligned if u.commitment == one.aligned), None)
    if one.target and reasons is not None:
        raise Conflict(
            f"Curation says of {number} that no target is supported:{_said(reasons)} "
            f"Take that back first: an update of <{curated.graph}> that leaves out its "
            f"<{names.term('noSdgTarget')}>.",
            slug="contradiction",
        )
    held = next((it for _, it in sorted(curated.alignments.items()) if _excludes(it, one)), None)
    if held is None:
        return
    code, name = place_of(held.aligned, held.goal, held.target).code, short_id(names, held.iri)
    alone = f"goal {code} alone, without a target" if one.target else f"target {code} of this goal"
    raise Conflict(
        f"Curation aligns {number} with {alone} ({name}):{_said(held.rationale)} "
        f"{_taking_back(held, bench)}",
        slug="contradiction",
    )


def _excludes(held: Alignment, one: Alignment) -> bool:
    """Whether of the two one says the goal alone, and the other a target of it."""
    return (
        (held.method, held.state) == (CURATED, ACCEPTED)
        and (held.aligned, held.goal) == (one.aligned, one.goal)
        and bool(held.target) != bool(one.target)
    )


def _said(reasons: Texts) -> str:
    said = reasons.get("en") or next(iter(reasons.values()), "")
    return f" “{said}”" if said else ""


def _taking_back(held: Alignment, bench: Bench) -> str:
    """How a curated alignment is taken back: what came of a suggestion, by rejecting that."""
    names, suggestions = bench.curated.names, bench.suggestions.alignments
    for source in held.values(_DERIVED):
        if source.value in suggestions:
            return (
                f"It was accepted from {short_id(names, source.value)}: reject that first, again "
                "(on the command line --again, over HTTP If-Match with the ETag of its review)."
            )
    return f"Take that back first: an update of <{bench.curated.graph}> without <{held.iri}>."


def _curated(
    one: Alignment,
    decision: Decision,
    reviewer: Reviewer,
    moment: str,
    place: Place,
    bench: Bench,
) -> Alignment:
    """The curated alignment that a suggestion becomes."""
    names = bench.curated.names
    evidence = place.evidence(names, curated=True)
    subject = place.curated(names)
    quoted: Evidence | None
    if decision.quote:
        quoted, more = _quoted(evidence, one.aligned, decision.quote, bench.texts, names)
    else:
        quoted, more = _copied(one, evidence)
    return Alignment(
        subject,
        one.aligned,
        one.goal,
        one.target,
        CURATED,
        ACCEPTED,
        rationale=decision.reasons,
        authors=(reviewer.iri,),
        generated=moment,
        evidence=quoted,
        rest=(*more, linked(subject, _DERIVED, one.iri)),
    )


def _quoted(
    evidence: str,
    aligned: str,
    quote: str,
    texts: Iterable[tuple[str, str, str]],
    names: Names,
) -> tuple[Evidence, list[str]]:
    """Evidence of words that the reviewer chose, and which text they stand in."""
    for told, language, text in texts:
        if quote in text:
            line = linked(evidence, names.term("quotedProperty"), told)
            return Evidence(evidence, aligned, quote, language), [line]
    raise Unprocessable(
        f"“{quote}” stands, letter by letter, in none of the title, label and summary of "
        f"{aligned.rpartition('/')[2]}.",
        slug="quote-not-found",
    )


def _copied(one: Alignment, evidence: str) -> tuple[Evidence | None, list[str]]:
    """The evidence of a suggestion, as evidence of its own."""
    if one.evidence is None:
        return None, []
    before = f"<{one.evidence.iri}> "
    lines = [f"<{evidence}> {x.removeprefix(before)}" for x in one.rest if x.startswith(before)]
    return replace(one.evidence, iri=evidence), lines


def reviewed_at(one: Alignment, names: Names) -> str:
    """When a suggestion was reviewed; empty where it was not."""
    return next((v.value for v in one.values(names.term("reviewedAt"))), "")


def reviewed_by(one: Alignment) -> str:
    """The IRI of who reviewed a suggestion; empty where nobody did."""
    return next(iter(one.reviewers), "")


def notes_of(one: Alignment, names: Names) -> Texts:
    """Why a suggestion was accepted or rejected, by language."""
    return {v.language or "": v.value for v in one.values(names.term("reviewNote"))}
