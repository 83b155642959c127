// How the connection is: a badge, and a banner while there is none.

/** Shows the state of ws in #badge and #banner. */
export function showStatus(ws) {
  const badge = document.querySelector("#badge");
  const banner = document.querySelector("#banner");
  let ticking;

  banner.querySelector("button").addEventListener("click", () => ws.reconnect());

  ws.on("state", (state) => {
    clearInterval(ticking);
    if (state.retryAt) ticking = setInterval(() => (badge.textContent = label(state)), 500);
    badge.textContent = label(state);

    const text = advice(state);
    banner.hidden = text === "";
    banner.firstElementChild.textContent = text;
  });
}

function label({ status, retryAt }) {
  if (!retryAt) return status;
  return `retry in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))} s`;
}

function advice({ status, first, attempt, retryAt, code, reason }) {
  if (status === "open" || (first && attempt === 0 && status === "connecting")) return "";
  if (status === "closed" && !retryAt) return `The connection was closed: ${reason || `code ${code}`}.`;
  return "You are offline. What you type is sent when you are back.";
}
