// What the editor offers: our prefixes, and the classes and properties that the data uses.
//
// The classes and properties, how often each is used and what it is called come from one query of
// this service's own description (VoID) and ontology, asked when they are first needed.

import { Yasqe } from "@zazuko/yasqe";

const MOST = 60;
const TERMS = (language) => `PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?kind ?term (MAX(?count) AS ?used) (SAMPLE(?name) AS ?label) WHERE {
  { GRAPH ?g { ?part void:class ?term ; void:entities ?count } BIND("class" AS ?kind) }
  UNION
  { GRAPH ?g { ?part void:property ?term ; void:triples ?count } BIND("property" AS ?kind) }
  OPTIONAL { ?term rdfs:label ?name FILTER(LANG(?name) = "${language}") }
} GROUP BY ?kind ?term`;

class Terms {
  #prefixes;
  #found;

  constructor(prefixes) {
    this.#prefixes = prefixes;
  }

  /** @returns every term of a kind: `iri`, `name` (prefixed where it can be), `label`, `used`. */
  async of(kind) {
    this.#found ??= this.#ask().catch((error) => {
      console.warn("no completion", error);
      this.#found = undefined;
      return [];
    });
    return (await this.#found).filter((term) => term.kind === kind);
  }

  async #ask() {
    const language = document.documentElement.lang === "es" ? "es" : "en";
    const answer = await fetch(`/sparql?${new URLSearchParams({ query: TERMS(language) })}`, {
      headers: { Accept: "application/sparql-results+json" },
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { results } = await answer.json();
    return results.bindings.map(({ kind, term, used, label }) => ({
      kind: kind.value,
      iri: term.value,
      name: shortened(term.value, this.#prefixes) ?? `<${term.value}>`,
      label: label?.value ?? "",
      used: Number(used.value),
    }));
  }
}

function shortened(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const local = iri.startsWith(namespace) ? iri.slice(namespace.length) : "";
    if (/^[\w][\w-]*$/.test(local)) return `${prefix}:${local}`;
  }
  return undefined;
}

// How well a term fits what is typed: the less the better, undefined for not at all.
function fit(term, typed) {
  const local = term.name.replace(/^.*[:/#]/, "");
  const ways = [
    term.name.toLowerCase().startsWith(typed),
    local.toLowerCase().startsWith(typed),
    term.iri.toLowerCase().startsWith(typed),
    local.toLowerCase().includes(typed) || term.label.toLowerCase().includes(typed),
  ];
  const found = ways.indexOf(true);
  return found < 0 ? undefined : found;
}

function ofTerms(kind, terms, prefixes) {
  const known = new Map();
  return {
    ...Yasqe.Autocompleters[kind],
    get: async (yasqe, token) => {
      const typed = (token?.string ?? "").trim().replace(/^</, "").replace(/>$/, "").toLowerCase();
      const all = await terms.of(kind);
      for (const term of all) known.set(term.iri, term);
      return all
        .map((term) => ({ term, rank: fit(term, typed) }))
        .filter(({ term, rank }) => rank !== undefined && term.name.toLowerCase() !== typed)
        .sort((a, b) => a.rank - b.rank || b.term.used - a.term.used || (a.term.iri < b.term.iri ? -1 : 1))
        .slice(0, MOST)
        .map(({ term }) => term.iri);
    },
    postProcessSuggestion: (yasqe, token, iri) => {
      const name = shortened(iri, { ...prefixes, ...yasqe.getPrefixesFromQuery() });
      const declared = shortened(iri, yasqe.getPrefixesFromQuery());
      return declared ?? name ?? `<${iri}>`;
    },
    postprocessHints: (yasqe, hints) =>
      hints.map((hint) => {
        const expanded = known.get(whole(hint.text, { ...prefixes, ...yasqe.getPrefixesFromQuery() }));
        return expanded ? { ...hint, render: (place) => draw(place, hint.text, expanded) } : hint;
      }),
  };
}

function whole(name, prefixes) {
  if (name.startsWith("<")) return name.slice(1, -1);
  const [prefix, local] = name.split(":");
  return `${prefixes[prefix]}${local}`;
}

function draw(place, text, { label, used }) {
  const name = document.createElement("span");
  name.textContent = text;
  const more = document.createElement("small");
  more.textContent = ` ${[label, used.toLocaleString(document.documentElement.lang)].filter(Boolean).join(" · ")}`;
  more.lang = document.documentElement.lang;
  place.append(name, more);
}

/** The completers that take the place of the editor's own, which would ask third parties. */
export function completers(prefixes) {
  const terms = new Terms(prefixes);
  const declarations = Object.entries(prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`);
  return [
    { ...Yasqe.Autocompleters.prefixes, get: declarations.sort(), persistenceId: null },
    ofTerms("class", terms, prefixes),
    ofTerms("property", terms, prefixes),
  ];
}
