// The messages that are shown: the last ten, oldest first, each once.

const LAST = 10;

/** Shows messages in ul. isMine tells which ones are the reader's own. */
export function messageList(ul, isMine) {
  let live = []; // what has come in since expectHistory; no more of it than is shown

  function add(message) {
    live = [...live, message].slice(-LAST);
    show(message);
  }

  function show(message) {
    const items = [...ul.children];
    if (items.some((li) => li.dataset.id === message.id)) return;
    ul.append(item(message, isMine(message), items.at(-1)?.dataset.user === message.from));
    if (items.length === LAST) {
      ul.firstElementChild.remove();
      ul.firstElementChild.classList.remove("follows");
    }
  }

  /** The server is being asked for the history: remember what comes meanwhile. */
  function expectHistory() {
    live = [];
  }

  function replace(history) {
    ul.replaceChildren();
    merge(history, live).forEach(show);
  }

  return { add, expectHistory, replace };
}

/**
 * Puts behind the history what is newer. What came in while the server was
 * asked may be in the history, or even older than all of it.
 */
export function merge(history, live) {
  const known = new Set(history.map(({ id }) => id));
  return [...history, ...live.slice(live.findLastIndex(({ id }) => known.has(id)) + 1)];
}

/**
 * Makes the list item. Its text is the message and nothing else: who said it
 * and when is in data attributes, which the style sheet shows.
 */
function item({ id, text, from, name, time }, mine, follows) {
  const li = document.createElement("li");
  li.textContent = text; // never innerHTML: what others type must not become markup
  li.classList.toggle("mine", mine);
  li.classList.toggle("follows", follows);
  li.dataset.id = id;
  li.dataset.user = from;
  li.dataset.name = mine ? "you" : name;
  li.dataset.time = new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  li.style.setProperty("--hue", hue(from));
  return li;
}

/** Gives each user a colour of their own. */
function hue(user) {
  let sum = 0;
  for (const char of user) sum = (sum * 31 + char.codePointAt(0)) % 360;
  return sum;
}
