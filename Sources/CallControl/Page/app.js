// The page of live calls: login, then lists and what changes.
import { AdminViews } from "./admin.js";
import { AgentList, QueueList } from "./agents.js";
import { CallTable } from "./calls.js";
import { closeDialogs } from "./dialogs.js";
import { find, notify, setState, setText } from "./elements.js";
import { span, now, time } from "./format.js";
import { Health } from "./health.js";
import { Model } from "./model.js";
import { Session } from "./session.js";
import { EventStream } from "./stream.js";
import { TransferList } from "./transfers.js";

const session = new Session();
const model = new Model();
const stream = new EventStream(session);
const health = new Health(session, model);
const admin = new AdminViews(session);
const lists = [
  new CallTable(session, model), new AgentList(session, model), new QueueList(model),
  new TransferList(session, model), health,
];

/** `live`, `stale` or `lost`: whether the service is heard. */
let link = { state: "stale", why: "" };
let isPlanned = false;
let loading = 0;

const view = (name) => {
  document.body.dataset.view = name;
  find("#login").hidden = name !== "login";
  find("#board").hidden = name !== "board";
};

// What is shown.

const verdict = () => {
  if (link.state === "lost") return ["bad", "No connection"];
  if (link.state === "stale") return ["warn", "Stale"];
  if (model.sync === "ami_down") return ["bad", "Asterisk is away"];
  return model.sync === "synced" ? ["ok", "Live"] : ["warn", "Stale"];
};

const showHead = () => {
  const [state, text] = verdict();
  setState(find("#verdict"), state);
  setText(find("#verdict span"), text);
  find("#verdict").title = link.why;
  document.body.dataset.link = link.state;
  document.body.dataset.stale = String(state !== "ok");
  setText(find("#last-event"), model.lastEvent ? `last event ${time(model.lastEvent)}` : "");
};

const showTiles = () => {
  const states = { available: 0, on_call: 0, on_hold: 0, paused: 0 };
  for (const { state } of model.agents.values()) if (state in states) states[state] += 1;
  const waiting = [...model.queues.values()].flatMap((queue) => queue.waiting);
  const joined = waiting.map((caller) => caller.joinedAt).filter((at) => at);
  setText(find("#tile-active"), model.calls.size);
  setText(find("#tile-waiting"), waiting.length);
  setText(find("#tile-waiting-note"), joined.length ? `longest ${span(now() - Math.min(...joined))}` : "");
  const isStuck = [...model.queues.values()].some((queue) => queue.waiting.length && !queue.available);
  setState(find("#tile-waiting-box"), waiting.length ? (isStuck ? "bad" : "warn") : "none");
  setText(find("#tile-available"), states.available);
  setText(find("#tile-busy"), states.on_call + states.on_hold);
  setText(find("#tile-paused"), states.paused);
  document.title = waiting.length ? `(${waiting.length} waiting) Calls` : "Calls";
};

const show = () => {
  isPlanned = false;
  if (document.hidden || document.body.dataset.view !== "board") return;
  for (const list of lists) list.show();
  showTiles();
  showHead();
};

/** Shows what has changed, at most five times a second. */
const plan = () => {
  if (isPlanned) return;
  isPlanned = true;
  setTimeout(show, 200);
};

// What comes.

/** Reads the lists, until they are there, and listens to what comes after them. */
const load = async () => {
  const turn = ++loading;
  stream.close();
  for (let pause = 1000; turn === loading && session.token; pause = Math.min(2 * pause, 10000)) {
    try {
      const after = await model.load(session);
      if (turn !== loading) return;
      stream.open(after);
      plan();
      return;
    } catch (error) {
      if (turn !== loading || !session.token) return;
      link = { state: "lost", why: error.message };
      plan();
      await new Promise((done) => { setTimeout(done, pause); });
    }
  }
};

stream.onEvent = (event) => {
  if (model.apply(event)) load();
  plan();
};
stream.onState = (state, why) => {
  if (state === "lost" && why && link.why !== why && link.state === "live") notify(why);
  link = { state, why };
  plan();
};

// The login.

const enter = () => {
  view("board");
  const words = [session.username, session.role, session.extension && `extension ${session.extension}`];
  setText(find("#user"), words.filter((word) => word).join(" · "));
  // An agent sees no other agents, so that there is nothing to count.
  for (const tile of document.querySelectorAll(".staff")) tile.hidden = !session.isAtLeast("manager");
  link = { state: "stale", why: "" };
  load();
  health.read();
  admin.read();
  show();
};

const leave = (reason = "") => {
  loading += 1;
  stream.close();
  closeDialogs();
  model.clear();
  health.clear();
  admin.clear();
  find("#notices").replaceChildren();
  for (const list of lists) list.show();
  document.title = "Calls";
  view("login");
  setText(find("#login-message"), reason);
  find("#username").focus();
};

session.onEnd = leave;
session.onRenewal = () => stream.renew();

find("#login-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { username, password } = event.target.elements;
  const send = find("button", event.target);
  if (send.disabled) return;
  send.disabled = true;
  setText(find("#login-message"), "");
  try {
    await session.logIn(username.value.trim(), password.value);
    password.value = "";
    enter();
  } catch (error) {
    setText(find("#login-message"), error.message);
    password.select();
  } finally {
    send.disabled = false;
  }
});
find("#logout").addEventListener("click", () => {
  session.logOut();
  leave();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
setInterval(() => { if (session.token) health.read(); }, 15000);

if (session.restore()) enter();
else leave();
