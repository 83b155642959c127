// What was typed and is not known to have arrived.

/** Shows such messages in ul. send is called with the text of one to try again. */
export function outbox(ul, send) {
  const entries = [];

  function add(text) {
    const li = document.createElement("li");
    li.textContent = text;
    ul.append(li);
    const entry = { text, done, fail };
    entries.push(entry);
    return entry;

    function done() {
      li.remove();
      if (entries.includes(entry)) entries.splice(entries.indexOf(entry), 1);
    }

    function fail(reason) {
      if (!entries.includes(entry)) return; // it has arrived after all
      const why = document.createElement("span");
      why.textContent = reason;
      li.append(why, button("Retry", () => (done(), send(text))), button("Discard", done));
      li.classList.add("failed");
    }
  }

  /** The server has published text for us, so the first entry that says so is done. */
  function arrived(text) {
    entries.find((entry) => entry.text === text)?.done();
  }

  return { add, arrived };
}

function button(label, onClick) {
  const el = document.createElement("button");
  el.type = "button";
  el.textContent = label;
  el.addEventListener("click", onClick);
  return el;
}
