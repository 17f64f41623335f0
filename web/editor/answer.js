// Asks without leaving the page: the service draws the answer as it does for a browser without scripts,
// and the part of its page that is the answer is put into this one.

import DataTable from "datatables.net";

const PAGE_ROWS = 50;
const MOST_RAW = 500_000; // characters of a raw answer that are shown

export class Answer {
  #form;
  #editor;
  #words;
  #status;
  #running;
  #button;

  constructor(form, { editor, words }) {
    this.#form = form;
    this.#editor = editor;
    this.#words = words;
    this.#status = document.querySelector("#status");
    this.#button = form.querySelector("button[type=submit]");
    this.#dress(document.querySelector("#answer"));
  }

  /**
   * Ask, or stop what is being asked.
   *
   * @param address where the answer can be had by GET; it becomes the page's own
   * @param parameters of the query, sent by POST where the address is longer than `most`
   */
  async ask(address, parameters, most) {
    if (this.#running) {
      this.#running.abort();
      return;
    }
    if (!parameters.get("query")?.trim()) {
      this.#tell(this.#words.empty);
      this.#editor.focus();
      return;
    }
    this.#running = new AbortController();
    this.#busy(true);
    const began = performance.now();
    try {
      const short = address.length <= most;
      const page = await this.#page(short ? address : "/sparql", short ? {} : { method: "POST", body: parameters });
      if (!page) return;
      if (short) window.history.pushState(null, "", address);
      document.title = page.title;
      this.#show(page.querySelector("#answer"));
      const seconds = (performance.now() - began) / 1000;
      const count = page.querySelector("#answer [data-count]")?.textContent ?? this.#words.done;
      const time = seconds.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
      this.#tell(`${count} ${time} s`);
      document.querySelector("#answer").scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (error.name === "AbortError") this.#tell(this.#words.stopped);
      else this.#refuse({ detail: this.#words.unreachable });
    } finally {
      this.#running = undefined;
      this.#busy(false);
    }
  }

  /** Take an example into the editor; undo brings back what was there. */
  async take(address) {
    const page = await this.#page(address, {}).catch(() => undefined);
    const field = page?.querySelector("textarea[name=query]");
    if (!field) {
      window.location.assign(address);
      return;
    }
    this.#editor.setValue(field.value);
    window.history.pushState(null, "", address);
    this.#show(page.querySelector("#answer"));
    this.#tell("");
    this.#editor.focus();
    this.#form.scrollIntoView({ block: "nearest" });
  }

  async #page(address, options) {
    const answer = await fetch(address, { ...options, headers: { Accept: "text/html, application/problem+json" }, signal: this.#running?.signal });
    if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html");
    const problem = await answer.json().catch(() => ({ detail: `${answer.status} ${answer.statusText}` }));
    this.#refuse(problem, answer.headers.get("Retry-After"));
    return undefined;
  }

  #show(answer) {
    document.querySelector("#problem").replaceChildren();
    const here = document.querySelector("#answer");
    const taken = document.importNode(answer, true);
    here.replaceWith(taken);
    this.#dress(taken);
  }

  #refuse({ type = "", detail = "", line, column }, wait) {
    const slug = type.split("/").at(-1);
    const title = document.createElement("strong");
    title.textContent = this.#words.problems[slug] ?? this.#words.problem;
    const reason = document.createElement("p");
    reason.textContent = detail;
    reason.lang = type ? "en" : document.documentElement.lang;
    const parts = [title, reason];
    if (wait) {
      const again = document.createElement("p");
      again.textContent = this.#words.wait.replace("{seconds}", wait);
      parts.push(again);
    }
    document.querySelector("#problem").replaceChildren(...parts);
    this.#tell("");
    if (line) {
      this.#editor.mark(line, column);
      this.#editor.focus();
    }
  }

  #tell(text) {
    this.#status.textContent = text;
  }

  #busy(running) {
    this.#button.textContent = running ? this.#words.stop : this.#words.run;
    document.querySelector("#answer").setAttribute("aria-busy", String(running));
    if (running) this.#tell(this.#words.running);
  }

  // What the answer can do with scripts: its table is sorted and searched, its raw form shown in place.
  #dress(answer) {
    const table = answer?.querySelector("table.results");
    if (table && table.tBodies[0].rows.length > 1) sortable(table, this.#words.table);
    const raw = answer?.querySelector("details.raw");
    raw?.addEventListener("toggle", () => this.#fill(raw), { once: true });
  }

  async #fill(raw) {
    const link = raw.querySelector("a");
    const shown = document.createElement("pre");
    shown.className = "scroll";
    shown.tabIndex = 0;
    shown.setAttribute("role", "region");
    shown.setAttribute("aria-label", raw.querySelector("summary").textContent);
    shown.translate = false;
    shown.textContent = this.#words.running;
    raw.append(shown);
    const answer = await fetch(link.href).catch(() => undefined);
    if (!answer?.ok) {
      shown.textContent = this.#words.unreachable;
      return;
    }
    const text = await answer.text();
    shown.textContent = text.length > MOST_RAW ? `${text.slice(0, MOST_RAW)}…` : text;
  }
}

function sortable(table, words) {
  const many = table.tBodies[0].rows.length > PAGE_ROWS;
  const scroll = table.parentElement;
  const drawn = new DataTable(table, {
    autoWidth: false,
    language: {
      emptyTable: words.emptyTable,
      zeroRecords: words.zeroRecords,
      aria: { orderable: words.sort, orderableReverse: words.sort_back, orderableRemove: words.sort_no },
    },
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    order: [],
    orderMulti: true,
    pageLength: PAGE_ROWS,
    paging: many,
  });
  const controls = document.createElement("div");
  controls.className = "table-controls";
  const label = document.createElement("label");
  const field = document.createElement("input");
  field.type = "search";
  field.className = "table-search";
  field.addEventListener("input", () => drawn.search(field.value).draw());
  label.append(words.search, field);
  controls.append(label);
  scroll.closest(".scroll").before(controls);
  if (many) scroll.closest(".scroll").after(pager(drawn, words));
}

// Pages of a long table: two buttons and where one is.
function pager(drawn, words) {
  const place = document.createElement("div");
  place.className = "table-pages";
  const buttons = [
    [words.previous, "previous"],
    [words.next, "next"],
  ].map(([text, where]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = text;
    button.addEventListener("click", () => drawn.page(where).draw("page"));
    return button;
  });
  const at = document.createElement("span");
  at.setAttribute("role", "status");
  const tell = () => {
    const { start, end, recordsDisplay, page, pages } = drawn.page.info();
    at.textContent = `${recordsDisplay ? start + 1 : 0}–${end} / ${recordsDisplay}`;
    buttons[0].disabled = page === 0;
    buttons[1].disabled = page >= pages - 1;
  };
  drawn.on("draw", tell);
  place.append(buttons[0], at, buttons[1]);
  tell();
  return place;
}
