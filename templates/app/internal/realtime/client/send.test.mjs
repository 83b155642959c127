import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";

const range = (n) => Array.from({ length: n }, (_, i) => i);
const rejects = (promise, code) => assert.rejects(promise, (e) => e instanceof Error && e.code === code);

test("send writes an event, with a topic if there is one", (t) => {
  const w = world(t);
  const c = w.open();
  assert.equal(c.send("chat/message", { text: "hi" }), true);
  assert.equal(c.send("chat/typing", null, { topic: "room:1" }), true);
  assert.deepEqual(w.socket.got, [
    { event: "chat/message", data: { text: "hi" } },
    { event: "chat/typing", topic: "room:1", data: null },
  ]);
});

test("what is sent before it is open, or while it is away, leaves once and in order", (t) => {
  const w = world(t);
  const c = w.connect();
  c.send("x/n", 1);
  w.socket.accept();
  c.send("x/n", 2);
  assert.deepEqual(w.socket.got, []);
  w.socket.hello();
  c.send("x/n", 3);
  assert.deepEqual(w.socket.got.map((m) => m.data), [1, 2, 3]);

  w.socket.end(1006);
  c.send("x/n", 4);
  c.request("x/n", 5).catch(() => {});
  w.tick(1000);
  c.send("x/n", 6);
  w.socket.welcome();
  assert.deepEqual(w.socket.got.map((m) => m.event), ["rt/join"]);
  c.send("x/n", 7);
  w.socket.joined();
  assert.deepEqual(w.socket.got.slice(1).map((m) => m.data), [4, 5, 6, 7]);
});

test("what a state handler sends comes behind the queue", (t) => {
  const w = world(t);
  const c = w.connect();
  c.send("x/n", 1);
  c.on("state", (s) => s.status === "open" && c.send("x/n", 2));
  w.socket.welcome();
  assert.deepEqual(w.socket.got.map((m) => m.data), [1, 2]);
});

test("a socket that is closing takes nothing: the message waits for the next one", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.readyState = 2; // the server's close frame is here, the close event is not
  assert.equal(c.send("x/n", 1), true);
  w.socket.end(1012);
  w.tick(1000);
  w.socket.welcomeBack();
  assert.deepEqual(w.socket.got.slice(1), [{ event: "x/n", data: 1 }]);
});

test("the queue is bounded; what it does not take is told", async (t) => {
  const w = world(t);
  const c = w.connect();
  for (let i = 0; i < 100; i++) assert.equal(c.send("x/n", i), true);
  assert.equal(c.send("x/n", 100), false);
  assert.deepEqual(c.seen.dropped, [{ reason: "full", events: [{ event: "x/n", topic: undefined, data: 100 }] }]);
  await rejects(c.request("x/n", 101), "full");
  w.socket.welcome();
  w.tick(2_000);
  assert.deepEqual(w.socket.got.map((m) => m.data), range(100));
});

test("the queue leaves no faster than servers allow, and what is sent meanwhile goes behind it", (t) => {
  const w = world(t);
  const c = w.connect();
  for (const i of range(45)) c.send("x/n", i);
  w.socket.welcome();
  c.send("x/n", 45);
  c.send("x/now", "not in the queue", { queue: false });
  const left = () => w.socket.got.filter((m) => m.event === "x/n").map((m) => m.data);
  assert.deepEqual(left(), range(20));
  w.tick(499);
  assert.deepEqual(left(), range(20));
  w.tick(1);
  assert.deepEqual(left(), range(40));
  w.tick(500);
  assert.deepEqual(left(), range(46));
  assert.equal(w.socket.got.filter((m) => m.event === "x/now").length, 1);
});

test("a loss while the queue leaves neither loses nor doubles the rest of it", (t) => {
  const w = world(t);
  const c = w.connect();
  for (const i of range(70)) c.send("x/n", i);
  w.socket.welcome();
  const first = w.socket;
  w.tick(200);
  c.reconnect();
  w.socket.welcomeBack();
  w.tick(300); // when the first connection's turn would have been
  assert.deepEqual(first.got.map((m) => m.data), range(20));
  assert.equal(w.socket.got.length, 1 + 20);
  w.tick(2_000);
  assert.deepEqual(w.socket.got.slice(1).map((m) => m.data), range(70).slice(20));
});

test("with queue: false it is now or not at all", async (t) => {
  const w = world(t);
  const c = w.connect();
  assert.equal(c.send("chat/typing", 1, { queue: false }), false);
  await rejects(c.request("chat/typing", 2, { queue: false }), "offline");
  w.socket.welcome();
  assert.equal(c.send("chat/typing", 3, { queue: false }), true);
  assert.deepEqual(w.socket.got.map((m) => m.data), [3]);
  assert.deepEqual(c.seen.dropped, []);
});

test("once closed it takes nothing, and tells what was still waiting", async (t) => {
  const w = world(t);
  const c = w.connect();
  c.send("x/n", 1);
  const waiting = rejects(c.request("x/n", 2), "closed");
  c.close();
  await waiting;
  assert.deepEqual(c.seen.dropped.map((d) => [d.reason, d.events.map((e) => e.data)]), [["closed", [1]]]);
  assert.equal(c.send("x/n", 3), false);
  await rejects(c.request("x/n", 4), "closed");
  c.reconnect();
  w.socket.welcome();
  assert.deepEqual(w.socket.got, []);
});

test("what was still in the socket's buffer when it died is told", (t) => {
  const w = world(t);
  const c = w.open();
  c.send("x/n", "gone out");
  w.socket.stalled = true;
  c.send("x/n", "half of it has gone out");
  c.request("x/n", "is rejected instead").catch(() => {});
  c.send("x/n", "ü"); // two bytes
  w.socket.bufferedAmount -= 5;
  w.socket.end(1006);
  const [{ reason, events }] = c.seen.dropped;
  assert.deepEqual([reason, events.map((e) => e.data)], ["unsent", ["half of it has gone out", "ü"]]);
});

test("what has left the buffer is not told, however much follows", (t) => {
  const w = world(t);
  const c = w.open();
  for (let i = 0; i < 1000; i++) c.send("x/n", i);
  c.drop();
  assert.deepEqual(c.seen.dropped, []);
});

test("a message that cannot be encoded is an error, not an exception", async (t) => {
  const w = world(t);
  const c = w.open();
  const loop = {};
  loop.loop = loop;
  assert.equal(c.send("x/n", loop), false);
  await rejects(c.request("x/n", loop), "encode");
  assert.deepEqual(c.seen.error.map((e) => [e.code, e.event]), [["encode", "x/n"], ["encode", "x/n"]]);
  assert.deepEqual(w.socket.got, []);
});

test("a request gets its own reply", async (t) => {
  const w = world(t);
  const c = w.open();
  const [a, b] = [c.request("x/a", 1), c.request("x/b", 2)];
  const [ma, mb] = w.socket.got;
  w.socket.say({ ref: mb.ref, data: "B" });
  w.socket.say({ ref: ma.ref, data: "A" });
  w.socket.say({ ref: ma.ref, data: "again" });
  assert.deepEqual(await Promise.all([a, b]), ["A", "B"]);
});

test("a request that the server refuses is rejected with its code and message", async (t) => {
  const w = world(t);
  const c = w.open();
  const p = c.request("x/a");
  w.socket.reply({ error: { code: "forbidden", message: "not yours" } });
  await assert.rejects(p, { code: "forbidden", message: "not yours" });
});

test("a request without a reply in time is rejected, and a late reply ignored", async (t) => {
  const w = world(t);
  const c = w.open();
  const slow = c.request("x/a");
  const quick = c.request("x/b", null, { timeout: 200 });
  w.tick(200);
  await rejects(quick, "timeout");
  w.tick(9_800);
  await rejects(slow, "timeout");
  w.socket.reply({ data: "late" });
  assert.deepEqual(c.seen.error, []);
});

test("the timeout of a request does not run while it is queued", async (t) => {
  const w = world(t);
  const c = w.connect();
  const p = c.request("x/a", null, { timeout: 100 });
  w.tick(5_000);
  w.socket.welcome();
  w.tick(99);
  w.socket.reply({ data: "in time" });
  assert.equal(await p, "in time");
});

test("a request in flight at a loss is rejected and not repeated", async (t) => {
  const w = world(t);
  const c = w.open();
  const p = c.request("x/a");
  w.socket.end(1006);
  await rejects(p, "lost");
  w.tick(1000);
  w.socket.welcomeBack();
  assert.deepEqual(w.socket.got.map((m) => m.event), ["rt/join"]);
});

test("requests of the server are answered, also later", async (t) => {
  const w = world(t);
  const c = w.open();
  c.answer("ask/now", (data, msg) => ({ twice: data * 2, ref: msg.ref }));
  c.answer("ask/later", async () => undefined);
  w.socket.say({ event: "ask/now", ref: "s1", data: 21 });
  w.socket.say({ event: "ask/later", ref: "s2" });
  await w.settle();
  assert.deepEqual(w.socket.got, [
    { ref: "s1", data: { twice: 42, ref: "s1" } },
    { ref: "s2", data: null },
  ]);
});

test("a request that is answered is not unknown, also without a handler", (t) => {
  const w = world(t);
  const c = w.open();
  c.answer("ask/x", () => 1);
  w.socket.say({ event: "ask/x", ref: "s1" });
  assert.deepEqual(c.seen["*"], []);
});

test("an answer that throws refuses, with its code if it has one", async (t) => {
  const w = world(t);
  const c = w.open();
  c.answer("ask/a", () => { throw Object.assign(new Error("busy now"), { code: "busy" }); });
  c.answer("ask/b", async () => { throw new Error("boom"); });
  c.answer("ask/c", () => { throw undefined; });
  c.answer("ask/d", () => 1n); // which JSON cannot say
  for (const x of "abcd") w.socket.say({ event: "ask/" + x, ref: x });
  await w.settle();
  const errors = Object.fromEntries(w.socket.got.map((m) => [m.ref, m.error]));
  assert.deepEqual(errors.a, { code: "busy", message: "busy now" });
  assert.deepEqual(errors.b, { code: "internal", message: "boom" });
  assert.equal(errors.c.code, "internal");
  assert.equal(errors.d.code, "internal");
});

test("a request that nobody answers is refused as an unknown event", async (t) => {
  const w = world(t);
  const c = w.open();
  c.answer("ask/gone", () => 1)();
  w.socket.say({ event: "ask/gone", ref: "s1" });
  await w.settle();
  assert.equal(w.socket.got[0].ref, "s1");
  assert.equal(w.socket.got[0].error.code, "unknown_event");
});

test("an answer that comes after the connection has changed is not sent", async (t) => {
  const w = world(t);
  const c = w.open();
  let finish;
  c.answer("ask/slow", () => new Promise((done) => (finish = done)));
  w.socket.say({ event: "ask/slow", ref: "s1" });
  w.socket.end(1006);
  w.tick(1000);
  w.socket.welcomeBack();
  finish("too late");
  await w.settle();
  assert.deepEqual(w.socket.got.map((m) => m.event), ["rt/join"]);
});
