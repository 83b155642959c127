import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";

const http = (status, headers) => () => Promise.resolve(new Response(null, { status, headers }));

/** Fails a handshake, and lets the probe have its answer. */
async function refuse(w, answer) {
  w.answerProbe = answer;
  w.socket.end(1006);
  await w.settle();
}

test("after a failed handshake it asks over HTTP why, once a try", async (t) => {
  const w = world(t);
  const c = w.connect({}, "wss://test:8443/app/ws?room=1");
  await refuse(w, http(426));
  assert.deepEqual(w.probes.map((p) => p.url), ["https://test:8443/app/ws?room=1"]);
  assert.equal(w.probes[0].cache, "no-store");
  assert.equal(w.probes[0].credentials, "include");
  assert.equal(c.state.status, "connecting");
  w.tick(1000);
  await refuse(w, http(426));
  assert.equal(w.probes.length, 2);
});

test("a connection that was through the handshake is not asked about", async (t) => {
  const w = world(t);
  w.connect();
  w.socket.accept();
  await refuse(w, http(403));
  assert.equal(w.probes.length, 0);
  w.tick(1000);
  assert.equal(w.sockets.length, 2);
});

test("a server that does not let us in ends it", async (t) => {
  const w = world(t);
  for (const status of [401, 403]) {
    const c = w.connect();
    await refuse(w, http(status));
    assert.deepEqual([c.state.status, c.state.code, c.state.reason], ["closed", status, "refused"]);
    const tries = w.sockets.length;
    w.tick(3_600_000);
    assert.equal(w.sockets.length, tries);
  }
});

test("a server that is full or shuts down is given the time that it asks for", async (t) => {
  for (const [status, after, ms] of [
    [429, "30", 30_000],
    [503, "7", 7_000],
    [503, new Date(Date.UTC(2030) + 60_000).toUTCString(), 60_000],
    [503, "999999999", 3_600_000],
    [503, "0", 500],
    [503, "soon", 500],
    [503, undefined, 500],
    [500, "30", 500],
  ]) {
    await t.test(`${status} Retry-After: ${after}`, async (t) => {
      const w = world(t);
      w.random = 0;
      const c = w.connect();
      await refuse(w, http(status, after && { "Retry-After": after }));
      assert.equal(c.state.retryAt - Date.now(), ms);
      assert.equal(c.state.attempt, 1);
      w.tick(ms - 1);
      assert.equal(w.sockets.length, 1);
      w.tick(1);
      assert.equal(w.sockets.length, 2);
    });
  }
});

test("a server that cannot be reached is tried again and again", async (t) => {
  const w = world(t);
  const c = w.connect();
  for (let i = 1; i <= 20; i++) {
    await refuse(w, () => Promise.reject(new TypeError("no network")));
    assert.equal(c.state.attempt, i);
    w.tick(c.state.retryAt - Date.now());
  }
  assert.equal(w.sockets.length, 21);
});

test("an answer to the probe that comes after the next try has begun is ignored", async (t) => {
  const w = world(t);
  const c = w.connect();
  let answer;
  await refuse(w, () => new Promise((done) => (answer = done)));
  w.tick(1000);
  answer(new Response(null, { status: 403 }));
  await w.settle();
  assert.equal(c.state.status, "connecting");
  w.socket.welcome();
  assert.equal(c.state.status, "open");
});

test("without fetch it just tries again", async (t) => {
  const w = world(t);
  w.connect({ fetch: "none" });
  w.socket.end(1006);
  await w.settle();
  w.tick(1000);
  assert.equal(w.sockets.length, 2);
});

test("a token goes with the handshake as a subprotocol, and with the probe as a header", async (t) => {
  const w = world(t);
  w.connect({ token: "a?b>ü" });
  assert.deepEqual(w.socket.protocols, ["realtime.v1", "bearer." + Buffer.from("a?b>ü").toString("base64url")]);
  await refuse(w, http(426));
  assert.equal(w.probes[0].headers.Authorization, "Bearer a?b>ü");
});

test("getToken is asked once, not for every try", async (t) => {
  const w = world(t);
  let n = 0;
  w.connect({ getToken: async () => `t${++n}` });
  assert.equal(w.sockets.length, 0);
  for (let i = 0; i < 3; i++) {
    await w.settle();
    assert.deepEqual(w.socket.protocols[1], "bearer." + Buffer.from("t1").toString("base64url"));
    w.socket.end(1006);
    w.tick(5_000);
  }
});

test("an expired session gets a new token, once", async (t) => {
  const w = world(t);
  let n = 0;
  const c = w.connect({ getToken: () => `t${++n}` });
  const bearer = () => Buffer.from(w.socket.protocols[1].slice("bearer.".length), "base64url").toString();
  await w.settle();
  w.socket.welcome();
  w.tick(6_000);
  w.socket.end(4401, "expired");
  w.tick(1_000);
  await w.settle();
  assert.equal(bearer(), "t2");

  w.socket.welcomeBack();
  w.tick(4_999); // not long enough to show that the token is good
  w.socket.end(4401, "expired");
  assert.deepEqual([c.state.status, c.state.code], ["closed", 4401]);

  c.reconnect(); // the user has logged in again
  await w.settle();
  assert.equal(bearer(), "t3");
  for (const next of ["t4", "t5"]) {
    w.socket.end(4401, "expired");
    w.tick(1_000);
    await w.settle();
    assert.equal(bearer(), next);
    w.socket.welcomeBack();
    w.tick(5_000);
  }
});

test("a 401 of the probe gets a new token too, once", async (t) => {
  const w = world(t);
  let n = 0;
  const c = w.connect({ getToken: () => `t${++n}` });
  await w.settle();
  await refuse(w, http(401));
  assert.equal(c.state.status, "connecting");
  w.tick(1000);
  await w.settle();
  assert.equal(n, 2);
  await refuse(w, http(401));
  assert.deepEqual([c.state.status, c.state.code], ["closed", 401]);
});

test("a token that cannot be had, or does not come, is tried again later", async (t) => {
  const w = world(t);
  let late;
  const answers = [() => Promise.reject(new Error("logged out")), () => new Promise((done) => (late = done)), () => "t3"];
  const c = w.connect({ getToken: () => answers.shift()() });
  await w.settle();
  assert.deepEqual(c.seen.error, [{ code: "token", message: "Error: logged out" }]);
  assert.equal(c.state.attempt, 1);
  w.tick(1_000);
  w.tick(10_000);
  assert.equal(c.state.reason, "timeout");
  late("t2");
  await w.settle();
  assert.equal(w.sockets.length, 0);
  w.tick(1_500);
  await w.settle();
  assert.equal(w.sockets.length, 1);
});

test("close() while a token is fetched opens nothing", async (t) => {
  const w = world(t);
  for (const end of ["done", "fail"]) {
    const late = {};
    const c = w.connect({ getToken: () => new Promise((done, fail) => Object.assign(late, { done, fail })) });
    c.close();
    late[end]("late");
    await w.settle();
    assert.equal(w.sockets.length, 0);
    assert.equal(c.state.status, "closed");
    assert.deepEqual(c.seen.error, []);
  }
});
