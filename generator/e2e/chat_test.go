package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTwoWindowsChat(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice, bob := openWindow(t, a.url("/")), openWindow(t, a.url("/"))
		for _, w := range []*window{alice, bob} {
			w.wait(`document.querySelector("#badge").textContent === "open"`)
			w.wait(`document.querySelector("#here").textContent === "2 are here"`)
		}

		alice.say("hello from A")
		alice.waitShown("hello from A")
		bob.waitShown("hello from A")
		alice.wait(`document.querySelector("input[name=message]").value === ""`)
		alice.wait(`document.querySelector("#outbox").children.length === 0`)

		// What others type does not become markup.
		bob.say("<b>bold</b><script>document.title = 'hacked'</script>")
		alice.waitShown("<b>bold</b><script>document.title = 'hacked'</script>")
		alice.wait(`document.querySelectorAll("#messages b, #messages script").length === 0`)
		alice.wait(`document.title !== "hacked"`)

		alice.wantNoFaults()
		bob.wantNoFaults()
		bob.close()
		alice.wait(`document.querySelector("#here").textContent === "only you are here"`)
	})
}

// Browsers offer to deflate messages, and the server may agree.
func TestTwoWindowsChatCompressed(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "COMPRESSION=true")
		alice, bob := openWindow(t, a.url("/")), openWindow(t, a.url("/"))
		text := strings.Repeat("long ", 300) + "end"
		alice.paste(text)
		bob.waitShown(text)
		bob.paste("short")
		alice.waitShown("short")
		alice.eval(`globalThis.s = new WebSocket(location.href.replace("http", "ws") + "ws"); 0`)
		alice.wait(`s.extensions.startsWith("permessage-deflate")`)
		alice.wantNoFaults()
		bob.wantNoFaults()
	})
}

// Blank messages are not sent, and neither does the Enter send that only ends
// the composition of a character.
func TestEnterSendsWhatIsWritten(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice := openWindow(t, a.url("/"))
		listener := dial(t, a.addr, nil)

		alice.say("")
		alice.say("   ")
		alice.eval(`document.querySelector("input[name=message]").value = ""; 0`)

		alice.compose("にほん")
		alice.pressEnter()
		alice.wait(`document.querySelector("input[name=message]").value === "にほん"`)
		alice.finish("日本")
		alice.pressEnter()

		listener.hears("日本") // and nothing before it
		alice.waitShown("日本")
		alice.wantNoFaults()
	})
}

func TestTheLastTenAreShown(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice, bob := openWindow(t, a.url("/")), openWindow(t, a.url("/"))
		for i := range 15 {
			alice.say(fmt.Sprint("m", i))
		}
		late := openWindow(t, a.url("/"))
		want := []string{"m5", "m6", "m7", "m8", "m9", "m10", "m11", "m12", "m13", "m14"}
		for name, w := range map[string]*window{"who sent them": alice, "who was there": bob, "who came later": late} {
			w.waitShown("m14")
			if got := w.shown(); !slices.Equal(got, want) {
				t.Errorf("%s sees %q, want %q", name, got, want)
			}
			w.wantNoFaults()
		}
	})
}
