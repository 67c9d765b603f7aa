// Elements of the page. What comes from elsewhere becomes text here, never markup.
import { now, span } from "./format.js";

export const find = (selector, root = document) => root.querySelector(selector);

/** A new element; strings among the children become text. */
export const make = (name, className = "", ...children) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
};

/** A button; `type` keeps it from sending a form. */
export const button = (text, className, action) => {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", () => action(element));
  return element;
};

export const setText = (element, text) => {
  const value = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== value) element.textContent = value;
};

export const setState = (element, state) => {
  if (element.dataset.state !== state) element.dataset.state = state;
};

/** Shows how long ago a time is, from now on each second. */
export const setSince = (element, milliseconds) => {
  element.dataset.since = milliseconds ?? "";
  setText(element, milliseconds ? span(now() - milliseconds) : "");
};

const tick = () => {
  for (const element of document.querySelectorAll("[data-since]")) {
    if (element.dataset.since) setText(element, span(now() - Number(element.dataset.since)));
  }
};
setInterval(tick, 1000);

const rows = new WeakMap();

/**
 * Shows one element for each object, in order. An element stays while its object does, with the focus in it; where the
 * focus was in one that goes, `home` gets it.
 */
export const keyed = (parent, objects, key, create, update, home = null) => {
  const old = rows.get(parent) ?? new Map();
  const next = new Map();
  for (const object of objects) next.set(key(object), old.get(key(object)) ?? create(object));
  for (const [id, element] of old) {
    if (next.has(id)) continue;
    if (element.contains(document.activeElement)) home?.focus();
    element.remove();
  }
  let place = parent.firstElementChild;
  for (const object of objects) {
    const element = next.get(key(object));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, object);
  }
  rows.set(parent, next);
};

/** A row with its parts, which stay with it: `row.parts.name`. */
export const row = (name, parts, className = "") => {
  const element = make(name, className, ...Object.values(parts));
  element.parts = parts;
  return element;
};

/** Does what a button is for; meanwhile it does nothing else. Errors are shown. */
export const perform = async (element, action) => {
  if (element.getAttribute("aria-disabled") === "true") return;
  element.setAttribute("aria-disabled", "true");
  try {
    await action();
  } catch (error) {
    notify(error.message);
  } finally {
    element.removeAttribute("aria-disabled");
  }
};

/** Says that something failed; goes by itself after a while. */
export const notify = (text) => {
  const list = find("#notices");
  for (const item of list.children) if (item.firstChild.textContent === text) item.remove();
  const item = make("li", "", make("span", "what", text));
  const close = button("Close", "quiet", () => item.remove());
  item.append(close);
  list.append(item);
  while (list.children.length > 4) list.firstChild.remove();
  setTimeout(() => item.remove(), 15000);
};
