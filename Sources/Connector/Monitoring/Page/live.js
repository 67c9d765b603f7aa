"use strict";

// Updates the page from the server's events. All values are inserted as text, never as markup.
(() => {
  const WIDTH = 598, HEIGHT = 160, STEP = 2;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const chart = document.querySelector(".chart");
  const [moving, cursor, readout] = [".moving", ".cursor", ".readout"].map((name) => chart.querySelector(name));
  const shown = {};
  let last = null;
  let pointer = null;
  let watch = null;

  const link = (state, text) => {
    document.body.dataset.link = state;
    const name = document.querySelector("[data-link-name]");
    if (name.textContent !== text) name.textContent = text;
  };

  const span = (name, text) => {
    const element = document.createElement("span");
    element.className = name;
    element.textContent = text;
    return element;
  };

  const row = ({ state, cells, progress }) => {
    const item = document.createElement("li");
    item.dataset.state = state;
    item.append(...cells.flatMap(([name, text]) => [span(name, text), " "]));
    if (progress) {
      const bar = document.createElement("progress");
      [bar.value, bar.max] = progress;
      bar.setAttribute("aria-label", cells[0][1]);
      item.append(bar);
    }
    return item;
  };

  // The newest point is at the right edge.
  const points = (values, top, height) => values.map((value, index) => {
    const x = WIDTH - STEP * (values.length - 1 - index);
    return `${x},${(height - (value / top) * height).toFixed(1)}`;
  });

  const draw = (series, name) => {
    const height = name === "waiting" ? 40 : HEIGHT;
    const values = series[name];
    const line = points(values, name === "waiting" ? series.waiting_top : series.top, height);
    const isArea = name === "waiting" || name === "events";
    if (isArea && line.length) {
      line.unshift(`${WIDTH - STEP * (values.length - 1)},${height}`);
      line.push(`${WIDTH},${height}`);
    }
    return line.join(" ");
  };

  const point = () => {
    const { events, received, delivered } = last.chart;
    const ago = Math.round((WIDTH - pointer) / STEP);
    readout.hidden = pointer === null || ago >= events.length;
    cursor.setAttribute("d", readout.hidden ? "" : `M${pointer} 0V${HEIGHT}`);
    if (readout.hidden) return;
    const at = (values) => values[values.length - 1 - ago].toFixed(1);
    readout.textContent = [
      ago ? `${ago} s ago` : "now", `events ${at(events)}`, `received ${at(received)}`, `delivered ${at(delivered)}`,
    ].join("\n");
    const share = pointer / WIDTH;
    const box = moving.ownerSVGElement.getBoundingClientRect();
    const left = box.left - chart.getBoundingClientRect().left + share * box.width;
    readout.style.left = share < 0.5 ? `${left + 8}px` : "";
    readout.style.right = share < 0.5 ? "" : `${chart.clientWidth - left + 8}px`;
  };

  const show = (status) => {
    // Another version of the program answers now, and its page may differ.
    if (status.fields.version !== document.body.dataset.version) return location.reload();
    const isNext = last !== null;
    last = status;
    for (const element of all("[data-field]")) {
      const text = status.fields[element.dataset.field];
      if (text !== undefined && element.textContent !== text) element.textContent = text;
    }
    for (const element of all("[data-state-of]")) element.dataset.state = status.fields[element.dataset.stateOf];
    for (const element of all("[data-value-of]")) element.value = status.fields[element.dataset.valueOf];
    for (const element of all("[data-list]")) {
      const rows = status.lists[element.dataset.list];
      const text = JSON.stringify(rows);
      if (shown[element.dataset.list] !== text) element.replaceChildren(...rows.map(row));
      shown[element.dataset.list] = text;
    }
    for (const element of all("[data-series]")) {
      element.setAttribute("points", draw(status.chart, element.dataset.series));
    }
    if (isNext && !calm.matches && !document.hidden) {
      moving.animate([{ transform: `translateX(${STEP}px)` }, { transform: "none" }], 1000);
    }
    document.title = status.fields.title;
    point();
  };

  const listen = () => {
    const events = new EventSource("/events");
    const disconnected = () => link("lost", "No connection, last update at");
    events.addEventListener("status", (event) => {
      link("live", "Live");
      show(JSON.parse(event.data));
      clearTimeout(watch);
      watch = setTimeout(disconnected, 10000);
    });
    events.addEventListener("error", () => {
      disconnected();
      // After an answer that is not an event stream the browser does not reconnect by itself.
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 10000);
    });
  };

  chart.addEventListener("pointermove", (event) => {
    const box = moving.ownerSVGElement.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    pointer = x < 0 || x > WIDTH ? null : WIDTH - STEP * Math.round((WIDTH - x) / STEP);
    if (last) point();
  });
  chart.addEventListener("pointerleave", () => {
    pointer = null;
    if (last) point();
  });

  link("static", "Connecting");
  listen();
})();
