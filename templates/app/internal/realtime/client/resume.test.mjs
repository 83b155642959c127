import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";

/** Loses the connection and gets as far as the next handshake. */
function comeBack(w, code = 1006) {
  w.socket.end(code);
  w.tick(6_000);
  w.socket.accept();
}

const event = (offset, data = offset) => ({ event: "chat/message", topic: "chat", offset, data });
const join = (w) => w.socket.got.find((m) => m.event === "rt/join")?.data;

test("a new client asks for nothing, and is in the topics that the server gives it", (t) => {
  const w = world(t);
  const c = w.open();
  assert.deepEqual(w.socket.got, []);
  assert.equal(c.state.status, "open");
});

test("a client that was here before says where it was, as its first message", (t) => {
  const w = world(t);
  w.open();
  comeBack(w);
  assert.deepEqual(join(w), { topics: [], since: "10", epoch: "e1", conn: "c1" });
});

test("the position is the newest offset of events and pings; volatile events do not move it", (t) => {
  const w = world(t);
  w.open();
  w.socket.say(event("11"));
  w.socket.say({ event: "chat/here", data: { count: 2 } });
  comeBack(w);
  assert.equal(join(w).since, "11");
  w.socket.hello();
  w.socket.joined();
  w.socket.say({ event: "rt/ping", data: { offset: "15-0" } }); // offsets are opaque
  comeBack(w);
  assert.equal(join(w).since, "15-0");
});

test("until rt/joined is there, events with an offset are dropped: they come again behind it", (t) => {
  const w = world(t);
  const c = w.open();
  const got = [];
  c.on("chat/message", (data) => got.push(data));
  c.on("chat/here", (data) => got.push(data));
  w.socket.say(event("11"));
  comeBack(w);
  w.socket.hello({ offset: "13" });
  w.socket.say(event("14"));
  w.socket.say({ event: "rt/ping", data: { offset: "14" } });
  w.socket.say({ event: "chat/here", data: "volatile" });
  w.socket.joined({ resumed: true, offset: "14" });
  for (const o of ["12", "13", "14", "15"]) w.socket.say(event(o));
  assert.deepEqual(got, ["11", "volatile", "12", "13", "14", "15"]);
  assert.deepEqual(c.seen["rt/reset"], []);
});

test("a connection that dies between rt/joined and the end of what it missed goes on from there", (t) => {
  const w = world(t);
  w.open();
  comeBack(w);
  w.socket.hello({ conn: "c2", offset: "20" });
  w.socket.say({ event: "rt/ping", data: { offset: "20" } });
  comeBack(w); // before rt/joined: nothing was got
  assert.deepEqual(join(w), { topics: [], since: "10", epoch: "e1", conn: "c1" });
  w.socket.hello({ conn: "c3", offset: "20" });
  w.socket.joined({ offset: "20" });
  comeBack(w); // before the first of what was missed
  assert.deepEqual(join(w), { topics: [], since: "10", epoch: "e1", conn: "c3" });
  w.socket.hello({ conn: "c4", offset: "20" });
  w.socket.joined({ offset: "20" });
  w.socket.say(event("11"));
  comeBack(w);
  assert.deepEqual(join(w), { topics: [], since: "11", epoch: "e1", conn: "c4" });
});

test("what cannot be resumed is a reset, from where the server is", (t) => {
  const w = world(t);
  const c = w.open();
  const order = [];
  for (const e of ["state", "rt/hello", "rt/reset", "chat/message"]) c.on(e, (data) => order.push(data.status ?? e));
  comeBack(w, 1012);
  w.socket.hello({ epoch: "e2", offset: "3" });
  w.socket.joined({ resumed: false, epoch: "e2", offset: "4" });
  w.socket.say(event("5"));
  assert.deepEqual(c.seen["rt/reset"], [{ topics: [], offset: "4", epoch: "e2" }]);
  assert.deepEqual(order, ["open", "connecting", "connecting", "open", "rt/hello", "rt/reset", "chat/message"]);
  comeBack(w);
  assert.deepEqual(join(w), { topics: [], since: "5", epoch: "e2", conn: "c1" });
});

test("a reset of the server moves the position too", (t) => {
  const w = world(t);
  const c = w.open();
  w.socket.say({ event: "rt/reset", data: { offset: "2", epoch: "e9" } });
  assert.deepEqual(c.seen["rt/reset"], [{ offset: "2", epoch: "e9" }]);
  comeBack(w);
  assert.deepEqual(join(w), { topics: [], since: "2", epoch: "e9", conn: "c1" });
});

test("topics that were joined before it was open are joined first", (t) => {
  const w = world(t);
  const c = w.connect();
  c.join("room:1");
  c.join("room:2");
  c.send("x/n", 1);
  w.socket.welcome();
  assert.equal(c.state.status, "connecting");
  assert.deepEqual(w.socket.got.map((m) => m.data), [{ topics: ["room:1", "room:2"] }]);
  w.socket.say(event("11")); // it has nothing that could come again
  w.socket.joined({ resumed: false, offset: "11" });
  assert.equal(c.state.status, "open");
  assert.deepEqual(c.seen["*"], ["11"]);
  assert.deepEqual(c.seen["rt/reset"], []);
  assert.deepEqual(w.socket.got.slice(1).map((m) => m.data), [1]);
});

test("a topic is joined once and left when all have left it", (t) => {
  const w = world(t);
  const c = w.open();
  const leave = c.join("room:1");
  c.join("room:1");
  leave();
  leave();
  assert.deepEqual(w.socket.got.map((m) => m.event), ["rt/join"]);
  c.leave("room:1");
  c.leave("room:1");
  assert.deepEqual(w.socket.got.map((m) => [m.event, m.data.topics]), [["rt/join", ["room:1"]], ["rt/leave", ["room:1"]]]);
});

test("topics are joined again after a loss, those that were left are not", (t) => {
  const w = world(t);
  const c = w.open();
  c.join("room:1");
  w.socket.reply({ event: "rt/joined", data: { resumed: false, offset: "12", epoch: "e1" } });
  c.join("room:2");
  c.leave("room:2");
  w.socket.end(1006);
  c.join("room:3");
  w.tick(1000);
  w.socket.accept();
  assert.deepEqual(join(w), { topics: ["room:1", "room:3"], since: "12", epoch: "e1", conn: "c1" });
});

test("joining and leaving while rt/joined is awaited is made up for", (t) => {
  const w = world(t);
  const c = w.connect();
  c.join("room:1");
  w.socket.welcome();
  c.join("room:2");
  c.leave("room:1");
  w.socket.joined({ resumed: false });
  const then = w.socket.got.slice(1).map((m) => [m.event, m.data.topics]);
  assert.deepEqual(then, [["rt/join", ["room:2"]], ["rt/leave", ["room:1"]]]);
});

test("topics that were all left before rt/joined came are not waited for on the next connection", (t) => {
  const w = world(t);
  const c = w.connect();
  c.join("room:1");
  w.socket.accept();
  w.socket.end(1006);
  c.leave("room:1");
  w.tick(1000);
  w.socket.welcome();
  assert.equal(c.state.status, "open");
});

test("a topic that is refused is an error, and is not asked for again", (t) => {
  const w = world(t);
  const c = w.open();
  c.join("secret");
  w.socket.reply({ error: { code: "forbidden", message: "not allowed" } });
  assert.deepEqual(c.seen.error, [{ event: "rt/join", topic: "secret", code: "forbidden", message: "not allowed" }]);
  comeBack(w);
  assert.deepEqual(join(w).topics, []);
});

test("a topic that is refused on the way back does not take the others with it", (t) => {
  const w = world(t);
  const c = w.open();
  c.join("room:1");
  c.join("room:2");
  comeBack(w);
  w.socket.hello({ offset: "30" });
  w.socket.reply({ error: { code: "forbidden", message: "not allowed" } });
  assert.equal(c.state.status, "open");
  assert.deepEqual(c.seen["rt/reset"], [{ topics: ["room:1", "room:2"], offset: "30", epoch: "e1" }]);
  const [, one, two] = w.socket.got;
  assert.deepEqual([one.data, two.data], [{ topics: ["room:1"] }, { topics: ["room:2"] }]);
  w.socket.say({ ref: one.ref, error: { code: "forbidden", message: "not allowed" } });
  const data = { topics: ["room:2"], resumed: false, offset: "31", epoch: "e1" };
  w.socket.say({ event: "rt/joined", ref: two.ref, data });
  comeBack(w);
  assert.deepEqual(join(w), { topics: ["room:2"], since: "31", epoch: "e1", conn: "c1" });
});

test("a join that is under way at a loss is neither an error nor forgotten", (t) => {
  const w = world(t);
  const c = w.open();
  c.join("room:1");
  comeBack(w);
  assert.deepEqual(join(w).topics, ["room:1"]);
  assert.deepEqual(c.seen.error, []);
});

test("a join that is not answered in time is an error, and the queue leaves all the same", (t) => {
  const w = world(t);
  const c = w.open();
  comeBack(w);
  w.socket.hello();
  c.send("x/n", 1);
  w.tick(10_000);
  assert.deepEqual(c.seen.error.map((e) => [e.event, e.code]), [["rt/join", "timeout"]]);
  assert.equal(c.seen["rt/reset"].length, 1);
  assert.deepEqual(w.socket.got.slice(1).map((m) => m.data), [1]);
});

test("after close() and reconnect() it goes on where it was", (t) => {
  const w = world(t);
  const c = w.open();
  c.join("room:1");
  w.socket.say(event("11"));
  c.close();
  c.reconnect();
  w.socket.accept();
  assert.deepEqual(join(w), { topics: ["room:1"], since: "11", epoch: "e1", conn: "c1" });
});
