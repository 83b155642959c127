//go:build unix

// Windows has no way to stop a process in the middle of what it does.

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// The server is killed without a word while a message is on its way, and starts
// again with an empty memory. What was shown is not shown twice; what was typed
// meanwhile arrives once and in order, as far as the queue of 100 goes; and of
// what did not arrive the page says so.
func TestServerIsKilledAndStartsAgain(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		first := start(t, binary(t, server))
		alice, bob := openWindow(t, first.url("/")), openWindow(t, first.url("/"))
		for i := range 3 {
			alice.say(fmt.Sprint("before ", i))
		}
		alice.waitShown("before 2")
		bob.waitShown("before 2")
		epoch := alice.eval(`ws.hello.epoch`)

		if err := first.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		alice.paste("in flight") // written to a server that does not read it
		alice.wait(`document.querySelector("#outbox li")?.textContent === "in flight"`)
		first.kill()
		alice.waitConnecting()
		bob.waitConnecting()

		var want []string
		for i := range 100 {
			want = append(want, fmt.Sprint("offline ", i))
			alice.paste(want[i])
		}
		alice.paste("one too many")

		start(t, binary(t, server), "ADDR="+first.addr)
		alice.waitOpen()
		bob.waitOpen()
		alice.wait(`seen.messages.includes("offline 99")`)
		alice.waitShown("offline 99")
		bob.waitShown("offline 99")

		got := alice.seen()
		if want := append([]string{"before 0", "before 1", "before 2"}, want...); !slices.Equal(got.Messages, want) {
			t.Errorf("alice is told %q, want %q", got.Messages, want)
		}
		for name, w := range map[string]*window{"alice": alice, "bob": bob} {
			if shown := w.shown(); !slices.Equal(shown, want[90:]) {
				t.Errorf("%s sees %q, want %q", name, shown, want[90:])
			}
			if now := w.eval(`ws.hello.epoch`); now == epoch {
				t.Errorf("%s: the epoch is still %s", name, epoch)
			}
			if n := w.seen().Resets; n != 1 {
				t.Errorf("%s: %d times rt/reset, want once", name, n)
			}
		}
		alice.wait(`document.querySelectorAll("#outbox li").length === 2`)
		var unsent []string
		alice.evalTo(&unsent, `[...document.querySelectorAll("#outbox li")].map((li) => li.firstChild.textContent + ": " + li.querySelector("span")?.textContent)`)
		if len(unsent) != 2 || !strings.HasPrefix(unsent[0], "in flight: Perhaps not sent") || !strings.HasPrefix(unsent[1], "one too many: Not sent") {
			t.Errorf("the page reports %q, want what was in flight and what was too much", unsent)
		}
		// That nobody listens is what the browser itself complains about.
		alice.wantNoFaults("network error", "javascript error: WebSocket")
		bob.wantNoFaults("network error", "javascript error: WebSocket")
	})
}

// The network is cut again and again while somebody else goes on publishing:
// nothing is lost and nothing comes twice.
func TestConnectionIsCut(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "RATE=0")
		network := newProxy(t, a.addr)
		alice, bob := openWindow(t, "http://"+network.addr+"/"), openWindow(t, a.url("/"))

		bob.eval(`globalThis.published = 0; globalThis.publish = true;
			(async () => {
				while (publish) {
					await ws.request("chat/message", {text: "bob " + published++});
					await new Promise((done) => setTimeout(done, 5));
				}
				globalThis.stopped = true;
			})(); 0`)
		for i := range 3 {
			heard := len(alice.seen().Messages)
			alice.wait(`seen.messages.length > %d`, heard+10)
			conn := alice.eval(`ws.hello.conn`)
			network.cut()
			alice.waitConnecting()
			alice.paste(fmt.Sprint("alice ", i))
			alice.wait(`ws.state.status === "open" && ws.hello.conn !== %s`, conn)
		}
		bob.eval(`publish = false; 0`)
		bob.wait(`globalThis.stopped === true`)
		bob.wait(`["alice 0", "alice 1", "alice 2"].every((text) => seen.messages.includes(text))`)

		truth := bob.seen() // he was never cut off
		last := truth.Messages[len(truth.Messages)-1]
		alice.wait(`seen.messages.includes(%q)`, last)
		got := alice.seen()
		if !slices.Equal(got.Messages, truth.Messages) {
			t.Errorf("alice is told %q\nbob is told %q", got.Messages, truth.Messages)
		}
		if got.Resets != 0 || len(got.Dropped) != 0 {
			t.Errorf("alice was reset %d times and dropped %q, want none of that", got.Resets, got.Dropped)
		}
		if bobs, alices := alice.shown(), bob.shown(); !slices.Equal(bobs, alices) {
			t.Errorf("alice sees %q\nbob sees %q", alices, bobs)
		}
		alice.wait(`document.querySelector("#outbox").children.length === 0`)
	})
}
