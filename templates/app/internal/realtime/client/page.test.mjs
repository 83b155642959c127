import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./fake.mjs";

test("the body shows the status", (t) => {
  const w = world(t, { page: {} });
  const { dataset } = document.body;
  const c = w.connect();
  assert.equal(dataset.ws, "connecting");
  w.socket.welcome();
  assert.equal(dataset.ws, "open");
  w.socket.end(1006);
  assert.equal(dataset.ws, "connecting");
  c.close();
  assert.equal(dataset.ws, "closed");
});

test("under another name, or not at all", (t) => {
  const w = world(t, { page: {} });
  w.open({ dataset: "chat" });
  w.open({ dataset: "", name: "other" });
  assert.deepEqual({ ...document.body.dataset }, { chat: "open" });
});

test("a page that has no body yet shows it later", (t) => {
  const w = world(t, { page: { body: null } });
  w.open();
  document.body = { dataset: {} };
  document.dispatchEvent(new Event("DOMContentLoaded"));
  assert.equal(document.body.dataset.ws, "open");
});

test("the URL is taken from the page", (t) => {
  const w = world(t, { page: { href: "https://example.com:8443/app/" } });
  w.connect({}, "live");
  assert.equal(w.socket.url, "wss://example.com:8443/app/live");
});

test("when the page is shown or the network is back it does not wait for the next try", (t) => {
  const w = world(t, { page: {} });
  w.connect();
  for (const wake of [() => w.page.visible(true), () => w.page.fire("online"), () => w.page.fire("pageshow")]) {
    w.socket.end(1006);
    const tries = w.sockets.length;
    wake();
    assert.equal(w.sockets.length, tries + 1);
    w.tick(9_000);
    assert.equal(w.sockets.length, tries + 1);
  }
});

test("but it does when the page is hidden, or when the server asked for time", (t) => {
  const w = world(t, { page: {} });
  w.connect();
  w.socket.end(4029);
  w.page.visible(true);
  w.page.fire("online");
  assert.equal(w.sockets.length, 1);
  w.tick(5_000);
  w.page.visible(false);
  assert.equal(w.sockets.length, 1);
  w.page.visible(true);
  assert.equal(w.sockets.length, 2);
});

test("a machine that wakes up finds out that the server has gone, though no timer ran", (t) => {
  const w = world(t, { page: {} });
  const c = w.open();
  w.sleep(3_600_000);
  assert.equal(c.state.status, "open");
  w.page.visible(true);
  assert.equal(c.state.status, "connecting");
  assert.equal(c.state.reason, "timeout");
});

test("a page that comes back in time keeps its connection", (t) => {
  const w = world(t, { page: {} });
  const c = w.open();
  w.sleep(34_999);
  w.page.visible(true);
  assert.equal(c.state.status, "open");
  w.tick(1);
  assert.equal(c.state.status, "connecting");
});

test("a page that is left closes its connection and does not try again, until it is shown again", async (t) => {
  const w = world(t, { page: {} });
  const c = w.open();
  const pending = c.request("x/a");
  w.page.fire("pagehide");
  assert.equal(w.socket.closedWith, 1000);
  await assert.rejects(pending, { code: "lost" });
  assert.deepEqual([c.state.status, c.state.retryAt, c.state.reason], ["connecting", 0, "pagehide"]);
  w.page.visible(false);
  w.page.fire("online");
  w.tick(3_600_000);
  assert.equal(w.sockets.length, 1);

  c.send("x/n", 1);
  w.page.fire("pageshow");
  w.socket.welcomeBack();
  assert.deepEqual(w.socket.got.map((m) => m.event), ["rt/join", "x/n"]);
});

test("nor does a page that is left while it waits for the next try", (t) => {
  const w = world(t, { page: {} });
  w.connect();
  w.socket.end(1006);
  w.page.fire("pagehide");
  w.tick(60_000);
  assert.equal(w.sockets.length, 1);
  w.page.fire("pageshow");
  assert.equal(w.sockets.length, 2);
});

test("reconnect() brings back a page that was left and lives on", (t) => {
  const w = world(t, { page: {} });
  const c = w.open();
  w.page.fire("pagehide");
  c.reconnect();
  w.socket.end(1006);
  w.tick(1000);
  assert.equal(w.sockets.length, 3);
});

test("what happens to the page while a token is fetched starts nothing twice", async (t) => {
  const w = world(t, { page: {} });
  let asked = 0;
  w.connect({ getToken: async () => `t${++asked}` });
  w.page.fire("pageshow");
  w.page.visible(true);
  await w.settle();
  assert.equal(asked, 1);
  assert.equal(w.sockets.length, 1);
});

test("closed for good it does not come back with the page", (t) => {
  const w = world(t, { page: {} });
  const c = w.open();
  c.close();
  for (const type of ["online", "pagehide", "pageshow", "visibilitychange"]) w.page.fire(type);
  assert.equal(w.sockets.length, 1);
  assert.equal(c.state.status, "closed");

  c.reconnect();
  w.socket.end(1006);
  w.page.fire("online");
  assert.equal(w.sockets.length, 3);
});
