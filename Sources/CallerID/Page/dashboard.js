"use strict";

// Reads the page's content again every 10 s. All values are inserted as text, never as markup.
(() => {
  const PAUSE = 10000;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = {};

  const link = (state, text) => {
    document.body.dataset.link = state;
    const name = document.querySelector("[data-link-name]");
    if (name.textContent !== text) name.textContent = text;
  };

  const span = ([name, text]) => {
    const element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    return [element, " "];
  };

  const row = ({ state, cells, progress }) => {
    const item = document.createElement("li");
    item.dataset.state = state;
    item.append(...cells.flatMap(span));
    if (progress) {
      const bar = document.createElement("progress");
      [bar.value, bar.max] = progress;
      bar.setAttribute("aria-label", cells[0][1]);
      item.append(bar);
    }
    return item;
  };

  const show = ({ fields, lists }) => {
    // Another version of the program answers now, and its page may differ.
    if (fields.version !== document.body.dataset.version) return location.reload();
    for (const element of all("[data-field]")) {
      const text = fields[element.dataset.field];
      if (text !== undefined && element.textContent !== text) element.textContent = text;
    }
    for (const element of all("[data-state-of]")) element.dataset.state = fields[element.dataset.stateOf];
    for (const element of all("[data-value-of]")) element.value = fields[element.dataset.valueOf];
    for (const element of all("[data-list]")) {
      const rows = lists[element.dataset.list];
      const text = JSON.stringify(rows);
      if (shown[element.dataset.list] !== text) element.replaceChildren(...rows.map(row));
      shown[element.dataset.list] = text;
    }
    document.title = fields.title;
  };

  const read = async () => {
    const address = new URL(location.href);
    address.searchParams.set("format", "json");
    address.hash = "";
    try {
      const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PAUSE) });
      // The session is over: the server answers with the form.
      if (answer.status === 403) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
      link("live", "Live");
    } catch {
      link("lost", "No connection, last update at");
    }
    setTimeout(read, PAUSE);
  };

  // A list that scrolls can be reached with the keyboard.
  for (const element of all(".rows")) element.tabIndex = 0;
  read();
})();
