// The address of a query, which works without scripts too, and the same as a command.

export class Sharing {
  #editor;
  #form;

  constructor(form, { editor, words }) {
    this.#editor = editor;
    this.#form = form;
    const place = document.querySelector("#share");
    place.hidden = false;
    place.addEventListener("toggle", () => this.#fill(place));
    editor.on("changes", () => place.open && this.#fill(place));
    for (const button of place.querySelectorAll("button[data-copies]")) {
      button.addEventListener("click", () => copy(button, words));
    }
  }

  /** The address of the answer: of what is asked, not of how the form happens to be set. */
  address(parameters) {
    const asked = new URLSearchParams();
    for (const name of ["query", "timeout"]) {
      if (parameters.get(name)) asked.set(name, parameters.get(name));
    }
    const language = new URLSearchParams(window.location.search).get("lang");
    if (language) asked.set("lang", language);
    return `/sparql?${asked}`;
  }

  #fill(place) {
    const origin = window.location.origin;
    const query = this.#editor.getValue();
    place.querySelector("#share-link").value = `${origin}/sparql?${new URLSearchParams({ query })}`;
    const type = this.#form.elements.namedItem("accept").value || "application/json";
    const text = query.replaceAll("'", "'\\''");
    place.querySelector("#share-command").value =
      `curl -s '${origin}/sparql' -H 'Accept: ${type}' --data-urlencode 'query=${text}'`;
  }
}

async function copy(button, words) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await window.navigator.clipboard.writeText(field.value);
    button.textContent = words.copied;
  } catch {
    button.textContent = words.copy_yourself; // no clipboard over plain HTTP: it is selected
  }
  window.setTimeout(() => {
    button.textContent = words.copy;
  }, 2000);
}
