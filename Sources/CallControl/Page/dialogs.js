// The questions before a transfer and a pause.
import { find, make, setText } from "./elements.js";

/** Opens a dialog; `action` gets its form, and its error is shown there. */
const ask = (dialog, about, action) => {
  const form = find("form", dialog);
  const message = find(".message", dialog);
  setText(find(".about", dialog), about);
  setText(message, "");
  form.reset();
  find(".cancel", dialog).onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const send = find("button.main", dialog);
    if (send.disabled) return;
    send.disabled = true;
    setText(message, "");
    try {
      await action(form.elements);
      dialog.close();
    } catch (error) {
      setText(message, error.message);
      message.dataset.state = "bad";
    } finally {
      send.disabled = false;
    }
  };
  dialog.showModal();
};

export const askForTransfer = (session, model, call) => {
  const dialog = find("#transfer-dialog");
  const { type, target, queue } = find("form", dialog).elements;
  queue.replaceChildren(...[...model.queues.keys()].sort().map((name) => make("option", "", name)));
  find("#targets").replaceChildren(...[...model.agents.values()].filter((agent) => agent.state !== "offline").map(
    (agent) => {
      const option = make("option", "", `${agent.name ?? ""} ${agent.state.replaceAll("_", " ")}`);
      option.value = agent.extension;
      return option;
    },
  ));
  target.setAttribute("list", "targets");
  const choose = () => {
    const isQueue = type.value === "queue";
    for (const [field, isShown] of [[target, !isQueue], [queue, isQueue]]) {
      field.hidden = !isShown;
      field.required = isShown;
      field.labels[0].hidden = !isShown;
    }
  };
  dialog.onchange = choose;
  ask(dialog, `The call with ${call.remoteName || call.remoteNumber || call.agentExtensions.join(" and ")}`, () =>
    session.change("POST", `/api/ami/calls/${encodeURIComponent(call.callId)}/transfer`, {
      type: type.value, target: type.value === "queue" ? queue.value : target.value.trim(),
    }));
  choose();
  target.focus();
};

export const askForPause = (session, agent) => {
  const dialog = find("#pause-dialog");
  ask(dialog, `${agent.extension} ${agent.name ?? ""}: no calls from queues until the pause ends.`, ({ reason }) => {
    const body = { status: "paused" };
    if (reason.value.trim()) body.reason = reason.value.trim();
    return session.change("PUT", `/api/ami/users/${encodeURIComponent(agent.extension)}/status`, body);
  });
  find("#pause-reason").focus();
};

export const closeDialogs = () => {
  for (const dialog of document.querySelectorAll("dialog")) if (dialog.open) dialog.close();
};
