// The query editor: takes the place of the text box of the form at /sparql, which works without it.

import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { Answer } from "./answer.js";
import { write } from "./field.js";
import { Sharing } from "./sharing.js";

const MOST_ADDRESS = 8000; // characters of an address that goes everywhere: longer queries are posted

const form = document.querySelector("form[data-editor]");
if (form) {
  const { prefixes, words } = JSON.parse(form.dataset.editor);
  const editor = write(form, { prefixes, words, run: () => form.requestSubmit() });
  const answer = new Answer(form, { editor, words });
  const sharing = new Sharing(form, { editor, words });

  form.addEventListener("submit", (event) => {
    const wanted = new FormData(form);
    if (wanted.get("accept")) return; // another form than the page: a download, which the browser does
    event.preventDefault();
    const parameters = new URLSearchParams([...wanted].filter(([, value]) => value));
    answer.ask(sharing.address(parameters), parameters, MOST_ADDRESS);
  });
  for (const link of document.querySelectorAll("a[data-example]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      answer.take(link.href);
    });
  }
  window.addEventListener("popstate", () => window.location.reload());
}
