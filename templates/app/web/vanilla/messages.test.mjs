import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

// A file that ends with .js is no module to node; as a URL it is.
const source = await readFile(new URL("./messages.js", import.meta.url), "utf8");
const { merge } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const ids = (text) => text.split(" ").filter(Boolean).map((id) => ({ id }));

for (const [name, history, live, want] of [
  ["nothing came in meanwhile", "1 2 3", "", "1 2 3"],
  ["what came in is in the history", "1 2 3", "2 3", "1 2 3"],
  ["some of it is newer", "1 2 3", "3 4 5", "1 2 3 4 5"],
  ["all of it is newer", "1 2 3", "4 5", "1 2 3 4 5"],
  ["some of it is older than the history", "4 5 6", "2 3 4 5 6 7", "4 5 6 7"],
  ["the first messages ever", "", "1 2", "1 2"],
]) {
  test(name, () => assert.deepEqual(merge(ids(history), ids(live)), ids(want)));
}
