package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Whoever connects, with any websocket tool, is in the chat: it hears all and is
// heard with one line.
func TestBareClientsChat(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		alice, bob := dial(t, a.addr, nil), dial(t, a.addr, nil)
		alice.say("is anybody there?")
		bob.hears("is anybody there?")
		bob.say("yes")
		alice.hears("is anybody there?") // what she said herself
		alice.hears("yes")
	})
}

func TestBroadcastIsTheSameToTheByteForAll(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		clients := dialMany(t, a.addr, 3)
		clients[0].say("ünïcödé <b>and</b> \u2028")
		clients[0].say("second")

		_, first := clients[0].next("chat/message")
		for i, c := range clients[1:] {
			if _, got := c.next("chat/message"); got != first {
				t.Errorf("client %d gets %s\nclient 0 gets %s", i+1, got, first)
			}
		}
		for _, c := range clients {
			c.hears("second") // so that the first came once
		}
	})
}

func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "ORIGINS=https://app.example.com,https://*.example.org")
		for origin, want := range map[string]int{
			"":                                 101, // no browser
			"http://" + a.addr:                 101,
			"https://app.example.com":          101,
			"https://a.b.example.org":          101,
			"https://evil.example":             403,
			"https://example.com":              403,
			"http://app.example.com":           403,
			"https://example.org.evil.example": 403,
			"http://" + a.addr + ".evil":       403,
			"null":                             403,
		} {
			header := http.Header{}
			if origin != "" {
				header.Set("Origin", origin)
			}
			_, res, _ := tryDial(t, a.addr, "/ws", header)
			if res == nil || res.StatusCode != want {
				t.Errorf("origin %q: got %v, want %d", origin, res, want)
			}
		}
	})
}

// A request that asks for no websocket gets one answer, and nothing of a
// websocket behind it.
func TestPlainRequestGetsOneAnswer(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		nc := rawConn(t, a.addr)
		fmt.Fprintf(nc, "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", a.addr)
		all, err := io.ReadAll(nc)
		if err != nil {
			t.Fatal(err)
		}
		rest := bufio.NewReader(bytes.NewReader(all))
		res, err := http.ReadResponse(rest, nil)
		if err != nil {
			t.Fatalf("%v in %q", err, all)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatalf("%v in %q", err, all)
		}
		if res.StatusCode != 426 || res.Header.Get("Upgrade") != "websocket" || len(body) == 0 {
			t.Errorf("got %q, want 426, Upgrade: websocket and an explanation", all)
		}
		if rest.Buffered() > 0 {
			t.Errorf("there is more behind the answer: %q", all)
		}
	})
}

// The server pings within 30 seconds: most proxies cut what is quiet for a minute.
func TestServerPings(t *testing.T) {
	skipIfShort(t)
	t.Parallel()
	clients := map[string]*client{}
	for _, server := range servers {
		clients[server] = dial(t, start(t, binary(t, server)).addr, nil)
	}
	deadline := time.Now().Add(30 * time.Second)
	for server, c := range clients {
		select {
		case <-c.pings:
			c.next("rt/ping") // pages do not see the frame
		case <-time.After(time.Until(deadline)):
			t.Errorf("%s: no ping in 30 seconds", server)
		}
	}
}

// However often clients come and go, nothing of them stays.
func TestConnectionsLeaveNothingBehind(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "PPROF_ADDR=127.0.0.1:0", "LOG_LEVEL=info")
		profiles := "http://" + a.announced("profiles") + "/debug/pprof/goroutine?debug=1"

		dial(t, a.addr, nil).close() // what is started once is started now
		before := settled(t, profiles, 1<<30)
		for range 10 {
			for i, c := range dialMany(t, a.addr, 100) {
				if i%2 == 0 {
					c.close()
				} else {
					c.conn.CloseNow() // without a word
				}
			}
		}
		if after := settled(t, profiles, before); after > before {
			t.Errorf("%d goroutines before, %d after 1000 connections:\n%s", before, after, get(t, profiles))
		}
	})
}

// settled returns how many goroutines the profile counts, once that is not more
// than limit and does not fall any more; later than that it gives up.
func settled(t *testing.T, profile string, limit int) int {
	t.Helper()
	count := func() (n int) {
		text := get(t, profile)
		if _, err := fmt.Sscanf(text, "goroutine profile: total %d", &n); err != nil {
			t.Fatalf("%v in %.100q", err, text)
		}
		return n
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	last, same := count(), 0
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && (same < 10 || last > limit); {
		<-tick.C
		if n := count(); n < last {
			last, same = n, 0
		} else {
			last, same = n, same+1
		}
	}
	return last
}

func TestHealth(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		for _, path := range []string{"/healthz", "/readyz"} {
			if body := get(t, a.url(path)); strings.TrimSpace(body) == "" {
				t.Errorf("%s answers nothing", path)
			}
		}
	})
}

// get returns the body of a 200. It keeps no connection open, which would count
// as a goroutine of the server.
func get(t testing.TB, url string) string {
	t.Helper()
	status, body := fetch(t, url)
	if status != 200 {
		t.Fatalf("%s answers %d: %s", url, status, body)
	}
	return body
}

func fetch(t testing.TB, url string) (status int, body string) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: patience}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// rawConn opens a TCP connection that lasts no longer than the test.
func rawConn(t testing.TB, addr string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { nc.Close() })
	return nc
}
