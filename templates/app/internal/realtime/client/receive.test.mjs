import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";

test("handlers get the data and the whole message, until they are taken off", (t) => {
  const w = world(t);
  const c = w.open();
  const got = [];
  const off = c.on("chat/message", (data, msg) => got.push([data.text, msg.topic, msg.offset]));
  c.on("chat/message", (data) => got.push(data.text));
  w.socket.say({ event: "chat/message", topic: "chat", offset: "11", data: { text: "a" } });
  off();
  w.socket.say({ event: "chat/message", data: { text: "b" } });
  assert.deepEqual(got, [["a", "chat", "11"], "a", "b"]);
});

test("a handler that throws is logged and does not stop the others", (t) => {
  const w = world(t);
  const c = w.open();
  const got = [];
  c.on("x/y", () => { throw new Error("boom"); });
  c.on("x/y", (data) => got.push(data));
  w.socket.say({ event: "x/y", data: 1 });
  w.socket.say({ event: "x/y", data: 2 });
  assert.deepEqual(got, [1, 2]);
  assert.equal(w.errors.length, 2);
  assert.equal(c.state.status, "open");
});

test("an event that nobody handles goes to *, alone", (t) => {
  const w = world(t);
  const c = w.open();
  c.on("x/known", () => {});
  w.socket.say({ event: "x/known" });
  w.socket.say({ event: "x/unknown", data: 1 });
  assert.deepEqual(c.seen["*"], [1]);
  assert.equal(w.warnings.length, 0);
});

test("an event that nobody at all handles is logged with its size, and so is an error", (t) => {
  const w = world(t);
  w.connectBare();
  w.socket.welcome();
  w.socket.say('{"event":"x/unknown"}');
  w.socket.say({ event: "rt/error", data: { code: "bad_frame" } });
  assert.deepEqual(w.warnings, [
    ["realtime: nobody handles x/unknown (21)"],
    ["realtime:", { code: "bad_frame" }],
  ]);
});

test("events of the protocol itself are not unknown", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.say({ event: "rt/presence", data: {} });
  w.socket.say({ event: "rt/ping", data: { offset: "10" } });
  assert.deepEqual(c.seen["*"], []);
  assert.equal(w.warnings.length, 0);
});

test("a frame that cannot be decoded is an error event; the socket stays", (t) => {
  const w = world(t);
  const c = w.open();
  for (const frame of ["{", "null", "5", "{}", new ArrayBuffer(3)]) w.socket.say(frame);
  assert.deepEqual(c.seen.error.map((e) => e.code), Array(5).fill("decode"));
  assert.equal(c.state.status, "open");
  assert.equal(w.socket.closedWith, undefined);
});

test("the server cannot raise local events", (t) => {
  const w = world(t);
  const c = w.open();
  for (const event of ["state", "error", "dropped", "*"]) w.socket.say({ event, data: "forged" });
  assert.deepEqual(c.seen.error.map((e) => e.code), Array(4).fill("decode"));
  assert.deepEqual(c.seen.dropped, []);
  assert.deepEqual(c.seen["*"], []);
  assert.equal(c.seen.state.at(-1).status, "open");
});

test("what the server complains of is an error event", (t) => {
  const w = world(t);
  const c = w.open();
  const data = { code: "bad_frame", message: "no event", event: "" };
  w.socket.say({ event: "rt/error", data });
  assert.deepEqual(c.seen.error, [data]);
});

test("the codec can be another one, for bytes as well", (t) => {
  const w = world(t);
  const encode = (msg) => new TextEncoder().encode("v1" + JSON.stringify(msg));
  const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes).slice(2));
  const c = w.connect({ codec: { encode, decode } });
  const say = (msg) => w.socket.say(encode(msg).buffer);
  assert.equal(w.socket.binaryType, "arraybuffer");
  w.socket.accept();
  say({ event: "rt/hello", data: { protocol: "realtime.v1", offset: "1", epoch: "e" } });
  c.send("x/y", 1);
  assert.deepEqual(decode(w.socket.frames[0]), { event: "x/y", data: 1 });
  say({ event: "x/unknown", data: 2 });
  assert.deepEqual(c.seen["*"], [2]);
  w.socket.bufferedAmount = w.socket.frames[0].length;
  w.socket.end(1006);
  assert.deepEqual(c.seen.dropped[0].events[0].data, 1);
});
