// The connection lab: break the connection, and watch how it heals.
//
// To take it out: delete this file, #lab in index.html, and in app.js the two
// options of connect and the call of openLab.

const LINES = 100;
let trace = () => {};

/** A WebSocket that can be made to lose what is sent. */
export class LabSocket extends WebSocket {
  static loss = 0; // share of the messages, 0 to 1

  send(data) {
    if (Math.random() >= LabSocket.loss) super.send(data);
    else trace("lost", data);
  }
}

/** The client's own codec, JSON, watched. */
export const codec = {
  encode(message) {
    const data = JSON.stringify(message);
    trace("out", data);
    return data;
  },
  decode(data) {
    trace("in", data);
    return JSON.parse(data);
  },
};

/** Brings the buttons and the log in panel to life. */
export function openLab(ws, panel) {
  const log = panel.querySelector("ol");
  const [cut, reconnect, flood, bad] = panel.querySelectorAll("button");
  let timer;

  trace = (kind, text) => {
    const li = document.createElement("li");
    li.className = kind;
    li.dataset.time = new Date().toISOString().slice(11, 23);
    li.textContent = text;
    log.prepend(li);
    if (log.children.length > LINES) log.lastElementChild.remove();
  };

  ws.on("state", ({ status, code, reason }) => trace("state", status === "open" ? status : `${status} ${code || ""} ${reason || ""}`));
  ws.on("error", ({ code, message }) => trace("state", `error ${code}: ${message}`));

  cut.addEventListener("click", () => ws.drop());
  reconnect.addEventListener("click", () => ws.reconnect());

  // Twice this is more than a connection may send at once: it closes it with 4029.
  flood.addEventListener("click", () => {
    for (let n = 1; n <= 100; n++) ws.send("chat/message", { text: `flood ${n}` });
  });

  // A third of what is sent is lost, and every few seconds the line breaks.
  bad.addEventListener("click", () => {
    const on = bad.getAttribute("aria-pressed") === "false";
    bad.setAttribute("aria-pressed", String(on));
    LabSocket.loss = on ? 1 / 3 : 0;
    clearTimeout(timer);
    if (on) breakLater();
  });

  function breakLater() {
    timer = setTimeout(() => {
      ws.drop();
      breakLater();
    }, 2000 + 4000 * Math.random());
  }
}
