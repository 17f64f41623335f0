// The editor itself: Yasqe over the text box, whose value it keeps.

import { Yasqe } from "@zazuko/yasqe";
import { completers } from "./completion.js";

// What the grammar calls what may follow -> what people call it.
const SPOKEN = [
  [/^VAR\d$/, "?x"],
  [/^IRI_REF$/, "<…>"],
  [/^PNAME_(LN|NS)$/, "prefix:"],
  [/^STRING_LITERAL/, '"…"'],
  [/^(INTEGER|DECIMAL|DOUBLE)/, "1"],
  [/^(ANON|NIL|BLANK_NODE_LABEL|LANGTAG)$/, null],
];
const MOST_EXPECTED = 8;

function expected(tokens) {
  const spoken = tokens.map((token) => {
    const found = SPOKEN.find(([pattern]) => pattern.test(token));
    return found ? found[1] : token;
  });
  return [...new Set(spoken)].filter((token) => token !== null);
}

/**
 * Put the editor in the place of the form's text box.
 *
 * @param form the form; its text box keeps the query, so that the form can be sent as ever
 * @param settings `prefixes`: name -> namespace; `words`: in the page's language; `run`: what
 *   Ctrl+Enter does
 * @returns the editor, with `mark(line, column)` for an error, both from 1
 */
export function write(form, { prefixes, words, run }) {
  const field = form.elements.namedItem("query");
  const place = document.createElement("div");
  place.className = "editor";
  place.lang = "zxx";
  field.before(place);
  for (const completer of completers(prefixes)) Yasqe.registerAutocompleter(completer);
  const editor = new Yasqe(place, {
    value: field.value,
    consumeShareLink: null,
    createShareableLink: null,
    persistenceId: null, // nothing is kept in the browser: the address has the query
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    theme: "site",
    screenReaderLabel: words.query,
    spellcheck: false,
    extraKeys: {
      Tab: false, // the keyboard can leave
      "Shift-Tab": false,
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-S": false, // it would say that it saved
    },
  });
  editor.showNotification = () => {}; // the keys stand below the editor
  const input = editor.getInputField();
  input.id = "query-editor";
  input.setAttribute("aria-describedby", "keys syntax");
  form.querySelector("label[for=query]").htmlFor = input.id;
  field.hidden = true;
  field.required = false; // nobody could see what the browser complains about
  form.querySelector("#keys").hidden = false;
  showSyntax(editor, form, words);
  const marks = new Marks(editor);
  editor.on("changes", () => {
    field.value = editor.getValue();
    marks.clear();
    showSyntax(editor, form, words);
  });
  editor.on("inputRead", (_, change) => {
    if (!/[\w:]$/.test(change.text.join("\n")) || editor.state.completionActive) return;
    for (const name of ["property", "class"]) editor.autocompleters[name]?.autocomplete(false);
  });
  editor.on("autocompletionShown", (_, { hints }) => {
    hints.setAttribute("aria-label", words.completion);
    hints.tabIndex = 0; // it scrolls
  });
  editor.mark = (line, column) => marks.set(line, column);
  return editor;
}

// The first line that the grammar does not take, in words: beside the sign that the editor has there.
function showSyntax(editor, form, words) {
  const said = form.querySelector("#syntax");
  let text = "";
  editor.eachLine((line) => {
    const sign = editor.lineInfo(line).gutterMarkers?.gutterErrorBar;
    if (!sign || sign.classList.contains("refused")) return;
    const at = line.lineNo();
    const { state } = editor.getTokenAt({ line: at, ch: line.text.length }, true);
    const next = expected(state.possibleCurrent ?? []);
    text = words.syntax.replace("{line}", at + 1);
    if (next.length && next.length <= MOST_EXPECTED) text += ` ${words.expected} ${next.join("  ")}`;
    sign.onmouseover = sign.onmouseout = null;
    sign.title = text;
  });
  if (said.textContent !== text) said.textContent = text;
}

// Where the service says that an error is.
class Marks {
  #editor;
  #made = [];

  constructor(editor) {
    this.#editor = editor;
  }

  clear() {
    for (const undo of this.#made.splice(0)) undo();
  }

  set(line, column) {
    this.clear();
    const editor = this.#editor;
    const at = Math.min(Math.max(line - 1, 0), editor.lastLine());
    const start = Math.min(Math.max((column ?? 1) - 1, 0), editor.getLine(at).length);
    const from = { line: at, ch: start };
    const token = editor.getTokenAt({ line: at, ch: start + 1 });
    const to = { line: at, ch: Math.max(token.end, start + 1) };
    editor.addLineClass(at, "background", "wrong-line");
    this.#made.push(() => editor.removeLineClass(at, "background", "wrong-line"));
    const text = editor.markText(from, to, { className: "wrong-place" });
    this.#made.push(() => text.clear());
    editor.setCursor(from);
    editor.scrollIntoView(from, 60);
  }
}
