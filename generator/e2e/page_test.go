package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestReloadLeavesOneConnection(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice := openWindow(t, a.url("/"))
		alice.say("still here after a reload")
		for range 3 {
			alice.do(chromedp.Reload())
			alice.waitOpen()
		}
		alice.waitShown("still here after a reload")
		waitConnections(t, a, 1)
		alice.wantNoFaults()
	})
}

func TestTwoConnectionsOnOnePage(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice := openWindow(t, a.url("/"))
		second := `(async () => {
			const {connect} = await import("./ws/realtime.js");
			globalThis.second = connect(undefined, {name: "second", dataset: ""});
			globalThis.heard = [];
			second.on("chat/message", ({text}) => heard.push(text));
		})()`
		alice.eval(second)
		alice.wait(`second.state.status === "open" && second.hello.conn !== ws.hello.conn`)
		waitConnections(t, a, 2)

		alice.say("to both")
		alice.waitShown("to both")
		alice.wait(`JSON.stringify(heard) === '["to both"]'`)

		conn := alice.eval(`globalThis.second.hello.conn`)
		alice.eval(second) // a hot reload does this: it takes the place of the first
		alice.wait(`second.state.status === "open" && second.hello.conn !== %s`, conn)
		waitConnections(t, a, 2)

		alice.eval(`second.close(); 0`)
		waitConnections(t, a, 1)
		alice.waitOpen()
		alice.wantNoFaults(`console.warning: "realtime: nobody handles chat/here`) // second does not
	})
}

// A page is told why it was closed: 1006 would mean that the close frame was
// lost on the way.
func TestPageSeesCloseCodes(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		for _, tt := range []struct {
			name   string
			script string // what the page does with its socket, s
			code   int
		}{
			{"oversize", `s.send("x".repeat(200_000))`, 1009},
			{"flood", `for (let i = 0; i < 200; i++) s.send('{"event":"chat/message","data":{"text":"flood"}}')`, 4029},
			{"termination", ``, 1012},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a := start(t, binary(t, server), "RATE=1", "BURST=10")
				alice := openWindow(t, a.url("/"))
				alice.eval(`globalThis.s = new WebSocket(location.href.replace("http", "ws") + "ws");
					globalThis.code = 0; s.onclose = (e) => code = e.code; 0`)
				alice.wait(`s.readyState === 1`)
				if tt.script == "" {
					a.terminate()
				}
				alice.eval(tt.script + "; 0")
				alice.wait(`code !== 0`)
				if got := alice.eval(`code`); got != fmt.Sprint(tt.code) {
					t.Errorf("the page is told %s, want %d", got, tt.code)
				}
			})
		}
	})
}

// Behind a proxy the page may lie below a path that the server knows nothing of.
func TestPageBelowAPath(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		target, err := url.Parse(a.url("/"))
		if err != nil {
			t.Fatal(err)
		}
		front := httptest.NewServer(http.StripPrefix("/sub", &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(target)
				r.Out.Host = r.In.Host // or the page would be of another origin
			},
		}))
		t.Cleanup(front.Close)

		alice, bob := openWindow(t, front.URL+"/sub/"), openWindow(t, a.url("/"))
		alice.say("from below")
		bob.waitShown("from below")
		alice.waitShown("from below")
		alice.wantNoFaults()
	})
}

// The buttons of the connection lab break the connection, and it heals.
func TestConnectionLab(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "RATE=1") // however slowly the button is pressed
		alice := openWindow(t, a.url("/"))
		alice.do(chromedp.Click(chromedp.CSS("#lab summary")))
		for _, button := range []string{"break", "reconnect"} {
			conn := alice.eval(`ws.hello.conn`)
			alice.do(chromedp.Click(chromedp.CSS(`#lab button[name=` + button + `]`)))
			alice.wait(`ws.state.status === "open" && ws.hello.conn !== %s`, conn)
		}
		alice.wait(`document.querySelectorAll("#lab ol li").length > 0`)
		alice.say("healed")
		alice.waitShown("healed")
		waitConnections(t, a, 1)

		// More than a connection may send: it is closed, comes back, and goes on.
		alice.do(chromedp.Click(chromedp.CSS(`#lab button[name=flood]`)), chromedp.Click(chromedp.CSS(`#lab button[name=flood]`)))
		alice.wait(`seen.states.some((s) => s.endsWith("4029"))`)
		alice.waitOpen()
		alice.say("healed again")
		alice.waitShown("healed again")
		alice.wantNoFaults()
	})
}

// waitConnections waits until a has n connections, as it tells a newcomer.
func waitConnections(t testing.TB, a *app, n int) {
	t.Helper()
	c := dial(t, a.addr, nil)
	var counts []string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("with one more there are %s", strings.Join(counts, ", "))
		}
	})
	for count := 0; count != n+1; {
		e, _ := c.next("chat/here")
		count = e.Data.Count
		counts = append(counts, fmt.Sprint(count))
	}
	c.close()
}
