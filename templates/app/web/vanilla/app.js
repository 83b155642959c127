// The chat: what is typed goes to everybody, and what everybody says is shown.

import { connect } from "./wsgenroute/realtime.js";
import { messageList } from "./messages.js";
import { outbox } from "./outbox.js";
import { showStatus } from "./status.js";
import { codec, LabSocket, openLab } from "./lab.js";

const ws = connect(undefined, { codec, WebSocket: LabSocket });
const me = new Set(); // my ids: without a log-in, each connection has its own
const list = messageList(document.querySelector("#messages"), ({ from }) => me.has(from));
const unsent = outbox(document.querySelector("#outbox"), say);
const form = document.querySelector("#composer");
const field = form.elements.message;
const here = document.querySelector("#here");
let current = false; // whether list shows what the server has

showStatus(ws);
openLab(ws, document.querySelector("#lab"));

ws.on("rt/hello", ({ uid }) => {
  me.add(uid);
  if (!current) fetchHistory();
});

ws.on("rt/reset", () => fetchHistory());

ws.on("chat/message", (message) => {
  if (me.has(message.from)) unsent.arrived(message.text);
  list.add(message);
});

ws.on("chat/here", ({ count }) => {
  here.textContent = count === 1 ? "only you are here" : `${count} are here`;
});

ws.on("state", ({ status }) => {
  if (status !== "open") here.textContent = "\u00a0"; // who is there cannot be known; the line keeps its height
});

// What was sent without asking for a reply, and will not arrive.
ws.on("dropped", ({ reason, events }) => {
  for (const { event, data } of events) {
    if (event === "chat/message") unsent.add(data.text).fail(`Not sent: ${reason}.`);
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text === "") return;
  field.value = "";
  say(text);
});

// The Enter that ends the composition of a character does not send. Safari
// tells of it by the key code alone.
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
});

/** Sends a message, and shows it as unsent until the server has it. */
async function say(text) {
  const entry = unsent.add(text);
  try {
    await ws.request("chat/message", { text });
    entry.done();
  } catch (err) {
    entry.fail(err.code === "lost" ? "Perhaps not sent: the connection broke." : `Not sent: ${err.message}.`);
  }
}

/** Shows what was said last. While offline, the next rt/hello tries again. */
async function fetchHistory() {
  current = false;
  list.expectHistory();
  try {
    const { messages } = await ws.request("chat/history", undefined, { queue: false });
    list.replace(messages);
    current = true;
  } catch (err) {
    console.warn("chat/history:", err.message);
  }
}
