// The browser's end of the websocket: it reconnects, resumes where it was, and keeps what is sent meanwhile.
// An ES module with no dependency and no build step. What goes over the wire is realtime.v1.

/**
 * @typedef {{event?: string, topic?: string, offset?: string, ref?: string, data?: any, error?: any}} Message
 * @typedef {(data: any, msg: Message) => any} Handler
 * @typedef {ReturnType<typeof realtime>} Realtime
 *
 * @typedef {object} State
 * @property {"connecting"|"open"|"closed"} status
 * @property {boolean} first   it has not been open before
 * @property {number}  attempt failed tries in a row
 * @property {number}  retryAt when the next try starts (ms since 1970); 0: it is under way, or there is none
 * @property {number}  code    close code or HTTP status of the last loss
 * @property {string}  reason  of the last loss
 *
 * @typedef {object} Options
 * @property {string} [name]     tells connections with the same URL apart
 * @property {number} [queue]    messages kept while offline (100)
 * @property {number} [timeout]  ms to wait for a reply, and for the server when connecting (10000)
 * @property {number} [minDelay] ms before the next try, at least (500)
 * @property {number} [maxDelay] ms before the next try, at most (20000)
 * @property {string} [dataset]  NAME in <body data-NAME="open">; "" for none ("ws")
 * @property {string} [token]    goes with the handshake
 * @property {() => string|Promise<string>} [getToken] gets one, at first and when it has expired
 * @property {{encode(msg: Message): any, decode(frame: any): Message}} [codec] (JSON)
 * @property {typeof globalThis.WebSocket} [WebSocket]
 * @property {typeof globalThis.fetch} [fetch]
 */

const PROTOCOL = "realtime.v1";
const STABLE = 5000; // ms that a connection must last to count as good
const SLOW_DOWN = 5000; // ms to wait after 4029, at least
const SLICE = 20; // messages of the queue that are sent at once
const SLICE_TIME = 500; // ms until the next ones
const HOUR = 3600e3; // the longest Retry-After that is honoured
const LOCAL = ["state", "error", "dropped", "*"]; // raised here, never by the server
const FAULTS = {
  closed: "connection closed",
  encode: "cannot be encoded",
  full: "queue full",
  lost: "connection lost",
  offline: "not connected",
  timeout: "no reply in time",
};

/**
 * Opens a connection and keeps it open. An earlier one with the same name, or the same URL and no name, is closed.
 * @param {string} [url] ws(s):, http(s):, a path, or relative to the page; by default the route that serves this module
 * @param {Options} [options]
 */
export function connect(url, options = {}) {
  // Not a variable of this module: a hot reload would start it anew.
  const all = (/** @type {any} */ (globalThis)[Symbol.for("realtime.js")] ??= new Map());
  const address = socketURL(url);
  const name = options.name ?? address;
  all.get(name)?.close();
  const connection = realtime(address, options);
  all.set(name, connection);
  return connection;
}

/** @param {string} [url] */
export function socketURL(url, module = import.meta.url, page = globalThis.location?.href ?? module) {
  const route = module.replace(/\/realtime\.js([?#].*)?$/, "");
  const u = new URL(url ?? (route === module ? "/wsgenroute" : route), page); // bundled, it has no URL of its own
  u.protocol = u.protocol.replace("http", "ws");
  u.hash = "";
  return u.href;
}

/** @param {string} url @param {Options} options */
function realtime(url, options) {
  const { queue: room = 100, timeout: patience = 10000, minDelay = 500, maxDelay = 20000, dataset = "ws" } = options;
  const { getToken, WebSocket = globalThis.WebSocket, fetch = globalThis.fetch } = options;
  const { encode, decode } = options.codec ?? { encode: JSON.stringify, decode: JSON.parse };

  /** @type {Readonly<State>} */
  let state = { status: "connecting", first: true, attempt: 0, retryAt: 0, code: 0, reason: "" };
  /** @type {WebSocket|undefined} */
  let socket;
  let turn = 0; // whoever waits compares it, to see whether the world has moved on
  /** @type {any} */
  let timer; // of the watchdog or of the next try
  let heard = 0; // when the server was heard last
  let silence = 0; // ms after which it counts as gone
  let reached = false; // the handshake went through
  let openSince = 0;
  let notBefore = 0; // what the server asked us to wait for
  let away = false; // the page was left; it may come back from the back/forward cache
  let listening = new AbortController();
  let token = options.token;
  let renewed = false; // and the token has not been good for long since

  /** @type {any} */
  let hello = null;
  /** @type {Map<string, Set<Handler>>} */
  const handlers = new Map();
  /** @type {Map<string, Handler>} */
  const answers = new Map();
  /** @type {Map<string, number>} */
  const topics = new Map(); // and how many want each
  let starting = false; // the first rt/join is not answered yet
  let resuming = false; // everything with an offset comes again after the answer
  let offset = "";
  let epoch = "";
  let conn = ""; // the connection that got there

  let lastRef = 0;
  /** @type {Map<string, {ok: (data: any) => void, fail: (e: any) => void, timeout: number, timer?: any}>} */
  const asked = new Map(); // those with a timer have left
  /** @type {{msg: Message, frame: any}[]} */
  const queue = [];
  /** @type {{msg: Message, frame: any}[]} */
  let sent = []; // since the socket's buffer was empty

  // Connecting, and losing the connection.

  async function open() {
    const mine = ++turn;
    away = false;
    heard = Date.now();
    silence = patience;
    watch();
    set({ status: "connecting", retryAt: 0 });
    try {
      if (getToken && !token) token = await getToken();
    } catch (e) {
      if (mine !== turn) return;
      error({ code: "token", message: String(e) });
      return lost(1006, "token");
    }
    if (mine !== turn) return;
    try {
      const ws = new WebSocket(url, token ? [PROTOCOL, "bearer." + base64url(token)] : [PROTOCOL]);
      socket = ws;
      ws.binaryType = "arraybuffer";
      // A socket that was given up is not listened to.
      ws.onopen = () => ws === socket && start();
      ws.onmessage = (e) => ws === socket && receive(e.data);
      ws.onclose = (e) => ws === socket && lost(e.code, e.reason);
    } catch (e) {
      error({ code: "connect", message: String(e) }); // a bad URL, or one that the page may not open
      lost(4500, "connect");
    }
  }

  /** Gives the socket up at once: its close event can take minutes. @param {number} code */
  function forget(code) {
    const ws = socket;
    const unsent = [];
    const good = openSince && Date.now() - openSince >= STABLE;
    if (good) renewed = false;
    state = { ...state, status: "connecting", first: state.first && !openSince, attempt: good ? 0 : state.attempt };
    clearTimeout(timer);
    turn++;
    socket = undefined;
    reached = starting = resuming = false;
    openSince = 0;
    for (let left = ws?.bufferedAmount ?? 0; left > 0 && sent.length; ) {
      const { msg, frame } = /** @type {any} */ (sent.pop());
      left -= frame.byteLength ?? utf8(frame).length;
      if (!msg.ref && !msg.event.startsWith("rt/")) unsent.unshift(msg);
    }
    sent = [];
    ws?.close(code);
    for (const [ref, a] of asked) if (a.timer) fail(ref, "lost");
    dropped("unsent", unsent);
  }

  /** @param {number} code @param {string} reason */
  function lost(code, reason) {
    const refused = socket && !reached;
    const mine = turn + 1;
    forget(code < 1002 ? 1000 : code === 4500 ? code : 4000); // what pages may say
    if (mine !== turn) return; // a handler has closed it, say
    const final = [1000, 1008, 1009].includes(code) || (code >= 4500 && code < 5000);
    if (final || (code === 4401 && !renew())) return stop(code, reason);
    retry(code === 4029 ? SLOW_DOWN : 0, { attempt: state.attempt + 1, code, reason });
    if (refused && mine === turn) probe();
  }

  /**
   * The delay is random, so that clients that lost a server together do not come back together.
   * @param {number} wait @param {Partial<State>} [change]
   */
  function retry(wait, change) {
    const { attempt } = { ...state, ...change };
    const delay = Math.max(wait, minDelay) + Math.random() * Math.min(maxDelay - minDelay, minDelay * 2 ** (attempt - 1));
    const now = Date.now();
    notBefore = now + wait;
    clearTimeout(timer);
    if (!away) timer = setTimeout(open, delay);
    set({ ...change, status: "connecting", retryAt: away ? 0 : now + delay });
  }

  /** Asks over HTTP why a handshake failed, which browsers do not tell. The next try does not wait for it. */
  async function probe() {
    const mine = turn;
    /** @type {Record<string, string>} */
    const headers = token ? { Authorization: "Bearer " + token } : {};
    try {
      const got = await fetch(url.replace("ws", "http"), { cache: "no-store", credentials: "include", headers });
      const { status } = got;
      if (mine !== turn || (status === 401 && renew())) return;
      if (status === 401 || status === 403) return stop(status, "refused");
      const after = (status === 429 || status === 503) && got.headers.get("Retry-After");
      const wait = after && (+after * 1000 || Date.parse(after) - Date.now());
      if (wait && wait > 0) retry(Math.min(wait, HOUR));
    } catch {
      // Not to be reached, or of another origin: that says nothing.
    }
  }

  /** Has the next try get a new token. False: this one was new already, or there is no way to get one. */
  function renew() {
    if (!getToken || renewed) return false;
    token = "";
    return (renewed = true);
  }

  /** @param {number} code @param {string} reason */
  function stop(code, reason) {
    const left = queue.splice(0).map(({ msg }) => msg);
    clearTimeout(timer);
    turn++;
    listening.abort();
    set({ status: "closed", attempt: 0, retryAt: 0, code, reason });
    for (const ref of asked.keys()) fail(ref, "closed");
    dropped("closed", left.filter(({ ref }) => !ref));
  }

  function watch() {
    const now = Date.now();
    heard = Math.min(heard, now); // clocks are set back, too
    const left = heard + silence - now;
    clearTimeout(timer);
    if (left > 0) timer = setTimeout(watch, left);
    else lost(1006, "timeout");
  }

  /** Timers stand still in hidden pages and sleeping machines, so it looks again when the page is back. */
  function listen() {
    listening = new AbortController();
    /** @param {Event} e */
    const look = ({ type }) => {
      // Not beforeunload: that comes with downloads and mailto: links too.
      if (type === "pagehide") {
        away = true;
        lost(1001, type);
      } else if (socket) {
        watch();
      } else if (away) {
        if (type === "pageshow") open();
      } else if (state.retryAt && Date.now() >= notBefore && !globalThis.document?.hidden) {
        open();
      }
    };
    for (const type of ["online", "pagehide", "pageshow", "visibilitychange"]) {
      globalThis.addEventListener?.(type, look, { signal: listening.signal });
    }
  }

  // Getting back to where it was.

  function start() {
    const all = [...topics.keys()];
    reached = true;
    if (!offset && !all.length) return; // rt/hello is all there is to wait for
    starting = true;
    resuming = !!offset;
    rtJoin(all, offset ? { since: offset, epoch, conn } : {}, (at) => {
      const reset = resuming && !at?.resumed;
      if (!at?.resumed) move(at);
      ready(all, reset);
    }, (fault) => {
      error(fault);
      if (resuming) move(hello);
      ready([], resuming); // one by one then: a topic that is refused must not take the others with it
    });
  }

  /** @param {string[]} joined @param {boolean} reset */
  function ready(joined, reset) {
    const left = joined.filter((t) => !topics.has(t));
    starting = resuming = false;
    openSince = Date.now();
    conn = hello?.conn;
    for (const t of topics.keys()) if (!joined.includes(t)) joinNow(t);
    if (left.length) leaveNow(left);
    flush();
    set({ status: "open" });
    emit("rt/hello", hello);
    if (reset) emit("rt/reset", { topics: [...topics.keys()], offset, epoch });
  }

  /** @param {string} topic */
  function joinNow(topic) {
    rtJoin([topic], {}, move, (fault) => {
      topics.delete(topic);
      error({ ...fault, topic });
    });
  }

  /** @param {string[]} topics */
  function leaveNow(topics) {
    write(pack({ event: "rt/leave", data: { topics } }));
  }

  /** @param {string[]} topics @param {object} from @param {(at: any) => void} ok @param {(fault: object) => void} refused */
  function rtJoin(topics, from, ok, refused) {
    const ref = String(++lastRef);
    const event = "rt/join";
    const fail = (/** @type {any} */ { code, message }) => code === "lost" || refused({ event, code, message });
    asked.set(ref, { ok, fail, timeout: patience });
    write(pack({ event, ref, data: { topics, ...from } }));
  }

  /** @param {any} at */
  function move(at) {
    if (!at?.offset) return;
    offset = at.offset;
    epoch = at.epoch ?? epoch;
  }

  /** @param {string} topic */
  function leave(topic) {
    const n = topics.get(topic) ?? 0;
    if (n > 1) topics.set(topic, n - 1);
    else if (topics.delete(topic) && state.status === "open") leaveNow([topic]);
  }

  // Messages out.

  /** @param {Message} msg */
  function pack(msg) {
    return { msg, frame: encode(msg) };
  }

  /** @param {Message} msg @param {boolean} wait @returns {keyof typeof FAULTS | ""} */
  function put(msg, wait) {
    const { status } = state;
    if (status === "closed") return "closed";
    try {
      const packed = pack(msg);
      if (status === "open" && socket?.readyState === 1 && !(wait && queue.length)) write(packed);
      else if (!wait) return "offline";
      else if (queue.length >= room) return "full";
      else queue.push(packed);
      return "";
    } catch (e) {
      error({ code: "encode", message: String(e), event: msg.event });
      return "encode";
    }
  }

  /** Sends what is queued, not faster than servers allow: by default 50 a second. */
  function flush() {
    const mine = turn;
    for (const packed of queue.splice(0, socket?.readyState === 1 ? SLICE : 0)) write(packed);
    if (queue.length) setTimeout(() => mine === turn && flush(), SLICE_TIME);
  }

  /** @param {{msg: Message, frame: any}} packed */
  function write(packed) {
    const ws = /** @type {WebSocket} */ (socket);
    const { ref = "" } = packed.msg;
    const a = asked.get(ref);
    if (!ws.bufferedAmount) sent = [];
    sent.push(packed);
    ws.send(packed.frame);
    if (a) a.timer = setTimeout(fail, a.timeout, ref, "timeout");
  }

  /** @param {string} ref @param {keyof typeof FAULTS} code */
  function fail(ref, code) {
    settle({ ref, error: { code, message: FAULTS[code] } });
  }

  /** @param {Message} reply */
  function settle({ ref = "", data, error }) {
    const a = asked.get(ref);
    asked.delete(ref);
    clearTimeout(a?.timer);
    if (error) a?.fail(Object.assign(new Error(error.message), { code: error.code }));
    else a?.ok(data);
  }

  // Messages in.

  /** @param {any} frame */
  function receive(frame) {
    heard = Date.now();
    /** @type {Message} */
    let msg;
    try {
      msg = decode(frame);
      if (msg.event ? LOCAL.includes(msg.event) : !msg.ref) throw new Error("not an event");
    } catch (e) {
      return error({ code: "decode", message: String(e) });
    }
    const { event, ref, data } = msg;
    if (!event || (event === "rt/joined" && ref)) return settle(msg);
    if (event === "rt/hello") return greet(data);
    if (resuming && (msg.offset || event === "rt/ping")) return;
    move(msg.offset ? { offset: msg.offset } : /^rt\/(ping|joined|reset)$/.test(event) && data);
    if (event === "rt/ping") return;
    if (event === "rt/error") return error(data);
    if (ref) reply(event, ref, data, msg);
    if (emit(event, data, msg) || event.startsWith("rt/") || answers.has(event) || emit("*", data, msg)) return;
    console.warn(`realtime: nobody handles ${event} (${frame.length ?? frame.byteLength})`);
  }

  /** @param {any} data */
  function greet(data) {
    if (data?.protocol !== PROTOCOL) {
      error({ code: "protocol", message: `the server speaks ${data?.protocol}, not ${PROTOCOL}` });
      return lost(4500, "protocol");
    }
    hello = data;
    silence = (data.ping ?? 25000) + patience;
    if (!resuming) move(data);
    if (!starting) ready([], false);
  }

  /** @param {string} event @param {string} ref @param {any} data @param {Message} msg */
  async function reply(event, ref, data, msg) {
    const ws = socket;
    const fn = answers.get(event);
    let frame = encode({ ref, error: { code: "unknown_event", message: "nobody answers it" } });
    try {
      if (fn) frame = encode({ ref, data: (await fn(data, msg)) ?? null });
    } catch (e) {
      const { code = "internal", message = String(e) } = /** @type {any} */ (e) ?? {};
      frame = encode({ ref, error: { code: String(code), message } });
    }
    if (ws?.readyState === 1) ws.send(frame); // and not to the next one
  }

  // What the page is told.

  /** @param {Partial<State>} change */
  function set(change) {
    state = { ...state, ...change };
    show();
    emit("state", state);
  }

  function show() {
    const body = globalThis.document?.body;
    if (body && dataset) body.dataset[dataset] = state.status;
  }

  /** @param {string} reason @param {Message[]} events */
  function dropped(reason, events) {
    if (events.length) emit("dropped", { reason, events });
  }

  /** @param {any} fault */
  function error(fault) {
    if (!emit("error", fault)) console.warn("realtime:", fault);
  }

  /** @param {string} event @param {any} data @param {Message} [msg] @returns {number} how many were called */
  function emit(event, data, msg = { event, data }) {
    const fns = [...(handlers.get(event) ?? [])];
    for (const fn of fns) call(fn, data, msg);
    return fns.length;
  }

  globalThis.document?.addEventListener("DOMContentLoaded", show);
  listen();
  open();

  return {
    get state() {
      return state;
    },

    /** Data of the last rt/hello: uid, conn ... @returns {any} */
    get hello() {
      return hello;
    },

    /**
     * Calls fn for each such event. "*" gets those that nobody handles; "state" gets the present one at once.
     * @param {string} event @param {Handler} fn @returns {() => void} stops it
     */
    on(event, fn) {
      const fns = handlers.get(event) ?? new Set();
      handlers.set(event, fns.add(fn));
      if (event === "state") call(fn, state, { event, data: state });
      return () => void fns.delete(fn);
    },

    /**
     * Answers requests of the server with what fn returns, or with the {code, message} of what it throws.
     * @param {string} event @param {Handler} fn @returns {() => void} stops it
     */
    answer(event, fn) {
      answers.set(event, fn);
      return () => void (answers.get(event) === fn && answers.delete(event));
    },

    /**
     * Sends at most once. Never throws.
     * @param {string} event @param {any} [data] @param {{topic?: string, queue?: boolean}} [options]
     * @returns {boolean} false: it is neither sent nor queued
     */
    send(event, data, { topic, queue = true } = {}) {
      const msg = { event, topic, data };
      const fault = put(msg, queue);
      if (fault === "full") dropped(fault, [msg]);
      return !fault;
    },

    /**
     * Sends, and waits for the reply. The timeout counts from when it leaves the queue. After a loss it is not sent
     * again (code "lost"): only the caller knows whether that is safe.
     * @param {string} event @param {any} [data] @param {{topic?: string, queue?: boolean, timeout?: number}} [options]
     * @returns {Promise<any>}
     */
    request(event, data, { topic, queue = true, timeout = patience } = {}) {
      return new Promise((ok, no) => {
        const ref = String(++lastRef);
        asked.set(ref, { ok, fail: no, timeout });
        const fault = put({ event, topic, data, ref }, queue);
        if (fault) fail(ref, fault);
      });
    },

    /**
     * Joins, and joins again after each reconnect. A topic is left when all who joined it have left.
     * @param {string} topic @returns {() => void} leaves
     */
    join(topic) {
      const n = topics.get(topic) ?? 0;
      topics.set(topic, n + 1);
      if (!n && state.status === "open") joinNow(topic);
      let joined = true;
      return () => {
        if (joined) leave(topic);
        joined = false;
      };
    },

    leave,

    /** Ends it, until reconnect(). */
    close() {
      if (state.status !== "closed") lost(1000, "closed");
    },

    /** Connects now, whatever the state. */
    reconnect() {
      if (state.status === "closed") {
        token = getToken ? "" : options.token;
        renewed = false;
        listen();
      }
      const mine = turn + 1;
      forget(1000);
      if (mine === turn) open();
    },

    /** For debugging: does as if the network had died. */
    drop() {
      if (socket) lost(1006, "dropped");
    },
  };
}

/** One handler must not stop the others. @param {Handler} fn @param {any} data @param {Message} msg */
function call(fn, data, msg) {
  try {
    fn(data, msg);
  } catch (e) {
    console.error(e);
  }
}

/** @param {string} s */
function utf8(s) {
  return new TextEncoder().encode(s);
}

/** @param {string} s */
function base64url(s) {
  return btoa(String.fromCharCode(...utf8(s))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
