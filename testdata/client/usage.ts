// How an application in TypeScript sees the client. It is compiled, never run.
import { connect, socketURL, type Message, type Options, type Realtime, type State } from "../../templates/app/internal/realtime/client/realtime.js";

class Flaky extends WebSocket {}

const options: Options = {
  name: "main",
  queue: 10,
  timeout: 1000,
  getToken: async () => "t",
  codec: { encode: (msg: Message) => JSON.stringify(msg), decode: (frame: string) => JSON.parse(frame) },
  WebSocket: Flaky,
  fetch,
};
const ws: Realtime = connect(socketURL("/live"), options);
connect();

const off: () => void = ws.on("chat/message", (data: { text: string }, msg) => msg.topic?.length ?? data.text);
ws.on("state", (s: State) => new Date(s.retryAt));
const sent: boolean = ws.send("chat/typing", null, { queue: false, topic: "room:1" });
const reply: Promise<{ id: string }> = ws.request("chat/message", { text: "hi" }, { timeout: 500 });
const leave: () => void = ws.join("room:1");
const ends: (() => void)[] = [ws.answer("ask/x", async (data: number) => data * 2), () => ws.leave("room:1"), ws.close, ws.reconnect, ws.drop];
const status: "connecting" | "open" | "closed" = ws.state.status;
const uid: string = ws.hello?.uid;
export const all = [off, sent, reply, leave, ends, status, uid];

// @ts-expect-error: there is no such option
connect("/live", { retries: 3 });
// @ts-expect-error: an event has a name
ws.send();
// @ts-expect-error: the state is only read
ws.state = status;
// @ts-expect-error: and so is what is in it
ws.state.status = "open";
