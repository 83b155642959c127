import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";
import { connect, socketURL } from "./realtime.js";

test("the socket's URL is that of the route which serves the module", () => {
  for (const [module, want] of [
    ["http://localhost:8080/ws/realtime.js", "ws://localhost:8080/ws"],
    ["https://example.com/ws/realtime.js", "wss://example.com/ws"],
    ["https://example.com:8443/a/b/socket/realtime.js?v=1#x", "wss://example.com:8443/a/b/socket"],
    ["http://[::1]:8080/ws/realtime.js", "ws://[::1]:8080/ws"],
  ]) {
    assert.equal(socketURL(undefined, module, "https://page.example/"), want);
  }
});

test("bundled into another file it falls back to the route on the page's host", () => {
  const url = socketURL(undefined, "https://cdn.example/app.4f2a.js", "https://example.com:8443/chat/");
  assert.equal(url, "wss://example.com:8443/wsgenroute");
});

test("a URL may be absolute, a path, or relative to the page", () => {
  const page = "https://example.com:8443/app/index.html";
  for (const [url, want] of [
    ["ws://other:1/x", "ws://other:1/x"],
    ["wss://other/x", "wss://other/x"],
    ["http://other:1/x", "ws://other:1/x"],
    ["https://other/x?room=1#part", "wss://other/x?room=1"],
    ["/live", "wss://example.com:8443/live"],
    ["live", "wss://example.com:8443/app/live"],
    ["../live", "wss://example.com:8443/live"],
  ]) {
    assert.equal(socketURL(url, "https://example.com:8443/ws/realtime.js", page), want);
  }
});

test("open is told once, after the server's hello", (t) => {
  const w = world(t);
  const c = w.connect();
  assert.equal(c.state.status, "connecting");
  assert.deepEqual(w.socket.protocols, ["realtime.v1"]);

  w.socket.accept();
  assert.equal(c.state.status, "connecting");
  w.socket.hello({ uid: "ann" });
  assert.equal(c.state.status, "open");
  assert.equal(c.hello.uid, "ann");
  assert.deepEqual(c.seen.state.map((s) => s.status), ["connecting", "open"]);
  assert.equal(c.seen["rt/hello"].length, 1);
});

test("state handlers get the present state at once, and first tells the first opening from others", (t) => {
  const w = world(t);
  const c = w.open();
  const seen = [];
  const off = c.on("state", (s) => seen.push([s.status, s.first]));
  w.socket.end(1012, "restart");
  w.tick(1000);
  w.socket.welcomeBack();
  off();
  c.close();
  assert.deepEqual(seen, [["open", true], ["connecting", false], ["connecting", false], ["open", false]]);
});

test("the next try is told, with why the last connection ended", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.end(1012, "restart");
  const retryAt = Date.now() + 750;
  assert.deepEqual(c.state, { status: "connecting", first: false, attempt: 1, retryAt, code: 1012, reason: "restart" });
  w.tick(749);
  assert.equal(w.sockets.length, 1);
  w.tick(1);
  assert.equal(w.sockets.length, 2);
  assert.equal(c.state.retryAt, 0);
});

test("delays are random between the minimum and a bound that doubles up to the maximum", (t) => {
  const w = world(t);
  const c = w.connect();
  const delays = (random) => {
    w.random = random;
    w.socket.end(1006);
    const delay = c.state.retryAt - Date.now();
    w.tick(delay);
    return delay;
  };
  const highest = Array.from({ length: 8 }, () => delays(1));
  assert.deepEqual(highest, [1000, 1500, 2500, 4500, 8500, 16500, 20000, 20000]);
  assert.equal(delays(0), 500);
});

test("only a connection that lasted 5 s starts the delays anew", (t) => {
  const w = world(t);
  const c = w.open();
  for (const n of [1, 2, 3]) {
    w.tick(4999);
    w.socket.end(1013);
    assert.equal(c.state.attempt, n);
    w.tick(c.state.retryAt - Date.now());
    w.socket.welcomeBack();
  }
  w.tick(5000);
  w.socket.end(1013);
  assert.equal(c.state.attempt, 1);
});

test("after 4029 it waits at least 5 s", (t) => {
  const w = world(t);
  w.random = 0;
  w.open();
  w.socket.end(4029, "too fast");
  w.tick(4999);
  assert.equal(w.sockets.length, 1);
  w.tick(1);
  assert.equal(w.sockets.length, 2);
});

test("some codes end it for good", (t) => {
  const w = world(t);
  for (const code of [1000, 1008, 1009, 4401, 4500, 4999]) {
    const c = w.open();
    w.socket.end(code, "go away");
    assert.deepEqual([c.state.status, c.state.code, c.state.reason], ["closed", code, "go away"]);
    const tries = w.sockets.length;
    w.tick(3_600_000);
    assert.equal(w.sockets.length, tries, `${code}`);
  }
});

test("after all others it comes back", (t) => {
  const w = world(t);
  for (const code of [1001, 1002, 1005, 1006, 1007, 1011, 1012, 1013, 3000, 4000, 4029, 4499, 5000]) {
    const c = w.open();
    const tries = w.sockets.length;
    w.socket.end(code);
    w.tick(6000);
    assert.equal(w.sockets.length, tries + 1, `${code}`);
    c.close();
  }
});

test("close() stays closed until reconnect()", (t) => {
  const w = world(t);
  const c = w.open();
  c.close();
  assert.equal(w.socket.closedWith, 1000);
  w.socket.end(1000);
  w.tick(3_600_000);
  assert.equal(w.sockets.length, 1);
  assert.deepEqual(c.seen.state.map((s) => s.status), ["connecting", "open", "closed"]);

  c.reconnect();
  w.socket.welcomeBack();
  assert.equal(c.state.status, "open");
});

test("close() while it waits for the next try, or in a handler, calls that try off", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.end(1006);
  c.close();
  w.tick(60_000);
  assert.equal(w.sockets.length, 1);

  const d = w.open({ name: "handler" });
  d.on("state", (s) => s.status === "connecting" && d.close());
  w.socket.end(1006);
  w.tick(60_000);
  assert.equal(w.sockets.length, 2);
  assert.equal(d.state.status, "closed");
});

test("close() in a handler of what is lost with the connection is heeded as well", async (t) => {
  const w = world(t);
  const c = w.open();
  c.on("dropped", () => c.close());
  w.socket.stalled = true;
  c.send("x/n", 1);
  w.socket.end(1006);
  assert.deepEqual([c.state.status, c.state.code], ["closed", 1000]);
  w.tick(60_000);
  assert.equal(w.sockets.length, 1);

  const e = w.open({ name: "reconnect" });
  e.on("dropped", () => e.close());
  w.socket.stalled = true;
  e.send("x/n", 1);
  e.reconnect();
  assert.equal(e.state.status, "closed");
  assert.equal(w.sockets.length, 2);

  const d = w.connect({ name: "refused" });
  d.on("state", (s) => s.retryAt && d.close());
  w.socket.end(1006);
  await w.settle();
  assert.equal(d.state.status, "closed");
  assert.equal(w.probes.length, 0);
});

test("reconnect() does not wait, and replaces an open socket", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.end(1006);
  c.reconnect();
  assert.equal(w.sockets.length, 2);
  w.tick(500);
  w.socket.welcomeBack();

  const old = w.socket;
  c.reconnect();
  assert.equal(old.closedWith, 1000);
  assert.equal(w.sockets.length, 3);
  w.tick(9000);
  assert.equal(w.sockets.length, 3);
});

test("a socket that was given up is not listened to", (t) => {
  const w = world(t);
  const c = w.open();
  const old = w.socket;
  c.drop();
  old.say({ event: "chat/message", offset: "99", data: "late" });
  old.end(1008, "late");
  assert.deepEqual(c.seen["*"], []);
  assert.equal(c.state.reason, "dropped");
  w.tick(1000);
  assert.equal(w.sockets.length, 2);
  old.accept();
  assert.equal(c.state.status, "connecting");
});

test("a server that says nothing is given up without waiting for the socket's close event", (t) => {
  const w = world(t);
  const c = w.connect();
  w.socket.accept(); // and no hello
  w.tick(9999);
  assert.equal(c.state.attempt, 0);
  w.tick(1);
  assert.equal(c.state.attempt, 1);
  assert.equal(c.state.reason, "timeout");
});

test("the watchdog counts from the last message, and takes the server's rhythm", (t) => {
  const w = world(t);
  const c = w.connect();
  w.socket.welcome({ ping: 3000 });
  for (let i = 0; i < 20; i++) {
    w.tick(12_999);
    w.socket.say({ event: "rt/ping", data: { offset: "10" } });
  }
  assert.equal(c.state.status, "open");
  w.tick(13_000);
  assert.equal(c.state.status, "connecting");
  assert.equal(w.socket.closedWith, 4000);
});

test("nor does a clock that is set back keep the watchdog from it", (t) => {
  const w = world(t);
  const c = w.open();
  const { now } = Date;
  Date.now = () => now() - 3_600_000;
  w.tick(70_000);
  Date.now = now;
  assert.equal(c.state.reason, "timeout");
});

test("a second connect() to the same URL leaves one connection", (t) => {
  const w = world(t);
  const a = w.open();
  const first = w.socket;
  const b = w.open();
  assert.equal(first.closedWith, 1000);
  assert.equal(a.state.status, "closed");
  assert.equal(b.state.status, "open");
  w.tick(20_000);
  assert.equal(w.sockets.length, 2);
});

test("connections with different URLs, or names, live side by side", (t) => {
  const w = world(t);
  const all = [w.open({}, "ws://test/a"), w.open({}, "ws://test/b"), w.open({ name: "second" }, "ws://test/a")];
  assert.deepEqual(all.map((c) => c.state.status), ["open", "open", "open"]);
  const got = [];
  all.forEach((c, i) => c.on("x/y", () => got.push(i)));
  w.sockets[1].say({ event: "x/y" });
  assert.deepEqual(got, [1]);
  w.open({ name: "second" }, "ws://test/b");
  assert.deepEqual(all.map((c) => c.state.status), ["open", "open", "closed"]);
});

test("a URL that the page may not open is an error, not a loop", (t) => {
  const w = world(t);
  const c = w.connect({}, "ws://forbidden/ws");
  assert.deepEqual([c.state.status, c.state.code, c.state.reason], ["closed", 4500, "connect"]);
  w.tick(60_000);
  assert.equal(w.sockets.length, 0);
  assert.throws(() => connect("http://"), TypeError);
});

test("a server of another protocol version is an error, not a loop", (t) => {
  const w = world(t);
  const c = w.connect();
  w.socket.welcome({ protocol: "realtime.v2" });
  assert.equal(c.seen.error[0].code, "protocol");
  assert.match(c.seen.error[0].message, /realtime\.v2.*realtime\.v1/);
  assert.deepEqual([c.state.status, c.state.code], ["closed", 4500]);
  assert.deepEqual(c.seen["rt/hello"], []);
});
