// A server, a clock and a page for the tests of realtime.js. Nothing here waits: tests move the time themselves.
import { mock } from "node:test";
import { connect } from "./realtime.js";

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  stalled = false; // nothing leaves the buffer
  frames = []; // what the client wrote
  closedWith = undefined; // the code that the client closed it with

  constructor(url, protocols) {
    if (url.includes("forbidden")) throw new Error("SecurityError");
    Object.assign(this, { url, protocols });
  }

  send(frame) {
    if (this.readyState === 0) throw new Error("InvalidStateError");
    if (this.readyState === 1) this.frames.push(frame);
    if (this.stalled || this.readyState > 1) this.bufferedAmount += Buffer.byteLength(frame);
  }

  close(code) {
    this.closedWith ??= code;
    if (this.readyState < 2) this.readyState = 2; // and the close event may never come
  }

  // The server's side.

  /** The messages that the client wrote. */
  get got() {
    return this.frames.map((f) => JSON.parse(f));
  }

  /** Lets the handshake through. */
  accept() {
    this.readyState = 1;
    this.onopen?.({});
  }

  /** Lets the handshake through and says hello. */
  welcome(hello) {
    this.accept();
    this.hello(hello);
  }

  /** Lets a client through that has been here before, and answers its rt/join. */
  welcomeBack(joined, hello) {
    this.welcome(hello);
    this.joined(joined);
  }

  hello(hello) {
    const data = { uid: "u1", conn: "c1", protocol: "realtime.v1", offset: "10", epoch: "e1", ping: 25000, ...hello };
    this.say({ event: "rt/hello", data });
  }

  /** Sends a message, or a raw frame. */
  say(msg) {
    this.onmessage?.({ data: typeof msg === "object" && !(msg instanceof ArrayBuffer) ? JSON.stringify(msg) : msg });
  }

  /** Answers the client's last message. */
  reply(answer) {
    this.say({ ref: this.got.at(-1).ref, ...answer });
  }

  /** Answers the rt/join that a connection started with. */
  joined(data) {
    const { ref } = this.got.find((m) => m.event === "rt/join");
    this.say({ event: "rt/joined", ref, data: { topics: [], resumed: true, offset: "10", epoch: "e1", ...data } });
  }

  /** Ends the connection. */
  end(code, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** What a test needs; all of it is gone when the test ends. */
export function world(t, { page } = {}) {
  const sockets = [];
  const probes = [];
  const w = {
    sockets,
    probes,
    /** The newest socket. */
    get socket() {
      return sockets.at(-1);
    },
    /** What the probe is told; by default it cannot reach the server. */
    answerProbe: () => Promise.reject(new TypeError("no network")),
    random: 0.5,
    /** Time passes, in steps: a timer that is set by another one counts from the end of the step. */
    tick(ms) {
      const step = ms > 60_000 ? 10_000 : 100;
      for (let left = ms; left > 0; left -= step) mock.timers.tick(Math.min(left, step));
    },
    /** Time passes, but no timer fires. */
    sleep: (ms) => mock.timers.setTime(Date.now() + ms),
    /** Lets promises settle. */
    settle: () => new Promise((done) => setImmediate(done)),
    page: undefined,

    /** Connects through fakes. */
    connectBare: (options, url = "ws://test/ws") => connect(url, { WebSocket: Socket, fetch: w.fetch, ...options }),
    /** Connects through fakes, and records local events and what is unknown. */
    connect(options, url) {
      const c = w.connectBare(options, url);
      const seen = { state: [], error: [], dropped: [], "rt/reset": [], "rt/hello": [], "*": [] };
      for (const event of Object.keys(seen)) c.on(event, (data) => seen[event].push(data));
      return Object.assign(Object.create(c), { seen });
    },
    /** Connects and gets as far as open. */
    open(options, url) {
      const c = w.connect(options, url);
      w.socket.welcome();
      return c;
    },
    fetch(url, init) {
      probes.push({ url, ...init });
      return w.answerProbe();
    },
  };
  class Socket extends FakeSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  }

  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2030) });
  mock.method(Math, "random", () => w.random);
  w.warnings = [];
  w.errors = [];
  mock.method(console, "warn", (...args) => w.warnings.push(args));
  mock.method(console, "error", (...args) => w.errors.push(args));
  if (page) w.page = fakePage(page);
  t.after(() => {
    for (const c of globalThis[Symbol.for("realtime.js")]?.values() ?? []) c.close();
    delete globalThis[Symbol.for("realtime.js")];
    mock.timers.reset();
    mock.restoreAll();
    w.page?.remove();
  });
  return w;
}

/** What realtime.js knows of a browser's page. */
function fakePage({ href = "https://test/", body = { dataset: {} } }) {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { body, hidden: false });
  const put = { document, location: new URL(href), addEventListener: window.addEventListener.bind(window) };
  const before = Object.keys(put).map((k) => [k, Object.getOwnPropertyDescriptor(globalThis, k)]);
  for (const [k, value] of Object.entries(put)) {
    Object.defineProperty(globalThis, k, { value, configurable: true, writable: true });
  }
  return {
    document,
    /** Something happens to the window: online, pagehide, pageshow, visibilitychange. */
    fire: (type) => window.dispatchEvent(new Event(type)),
    visible(is) {
      document.hidden = !is;
      window.dispatchEvent(new Event("visibilitychange"));
    },
    remove() {
      for (const [k, d] of before) d ? Object.defineProperty(globalThis, k, d) : delete globalThis[k];
    },
  };
}
