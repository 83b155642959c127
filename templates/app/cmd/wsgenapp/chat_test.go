package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

func TestTwoClientsChat(t *testing.T) {
	a := start(t)
	alice, bob := a.dial(t), a.dial(t)
	for i := range 20 {
		from, text := alice, fmt.Sprintf("message %d with <b> and ü", i)
		if i%2 == 1 {
			from = bob
		}
		from.say(text)
		atAlice, e := alice.next("")
		atBob, _ := bob.next("")
		if atAlice != atBob {
			t.Errorf("alice hears %s\nbob hears   %s", atAlice, atBob)
		}
		if got := decode[struct{ Text string }](t, e).Text; got != text {
			t.Errorf("heard %q, want %q", got, text)
		}
	}
}

// Any websocket tool takes part, with one line and nothing before it: no
// subprotocol, no join, no ref.
func TestBareClient(t *testing.T) {
	a := start(t)
	alice := a.dial(t)
	bare := transporttest.Dial(t, a.url+"/wsgenroute", nil)
	if got := bare.Subprotocol(); got != "" {
		t.Errorf("the server chose subprotocol %q unasked", got)
	}
	bare.Send(`{"event":"chat/message","data":{"text":"hi"}}`)
	if got := alice.hear(); got != "hi" {
		t.Errorf("alice hears %q, want hi", got)
	}
	alice.say("hello")
	for !strings.Contains(bare.ReadText(), `"text":"hello"`) {
	}
}

func TestReplyAndError(t *testing.T) {
	alice := start(t).dial(t)
	alice.Send(`{"event":"chat/message","ref":"a","data":{"text":"hi"}}`)
	id := decode[struct{ ID string }](t, alice.expect("chat/message")).ID
	if _, e := alice.next(""); e.Ref != "a" || decode[struct{ ID string }](t, e).ID != id {
		t.Errorf("the reply is %+v, want ref a and id %s", e, id)
	}
	for ref, message := range map[string]string{
		"blank":         `{"event":"chat/message","ref":"blank","data":{"text":"  "}}`,
		"unknown_event": `{"event":"chat/nothing","ref":"unknown_event"}`,
		"bad_message":   `{"event":"chat/message","ref":"bad_message","data":7}`,
	} {
		alice.Send(message)
		if _, e := alice.next(""); e.Ref != ref || e.Error == nil || e.Error.Code != ref {
			t.Errorf("%s is answered with %+v", message, e)
		}
	}
}

func TestHistory(t *testing.T) {
	a := start(t)
	alice := a.dial(t)
	for i := range 15 {
		alice.say(fmt.Sprint("m", i))
		alice.hear()
	}
	bob := a.dial(t)
	bob.Send(`{"event":"chat/history","ref":"h"}`)
	_, e := bob.next("")
	var texts []string
	for _, m := range decode[struct{ Messages []struct{ Text string } }](t, e).Messages {
		texts = append(texts, m.Text)
	}
	if got, want := strings.Join(texts, " "), "m5 m6 m7 m8 m9 m10 m11 m12 m13 m14"; got != want {
		t.Errorf("history is %s, want %s", got, want)
	}
}

// A client that comes back gets what it has missed, once and in order.
func TestResume(t *testing.T) {
	a := start(t)
	alice, bob := a.dial(t), a.dial(t)
	bob.say("before")
	last := alice.expect("chat/message").Offset
	epoch := decode[struct{ Epoch string }](t, alice.hello).Epoch
	alice.Drop()
	bob.say("missed 1")
	bob.say("missed 2")
	for range 3 {
		bob.hear()
	}

	alice = a.dial(t)
	alice.Send(fmt.Sprintf(`{"event":"rt/join","data":{"topics":[],"since":%q,"epoch":%q}}`, last, epoch))
	if !decode[struct{ Resumed bool }](t, alice.expect("rt/joined")).Resumed {
		t.Fatal("not resumed")
	}
	bob.say("after")
	for _, want := range []string{"missed 1", "missed 2", "after"} {
		if got := alice.hear(); got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
}

// Who comes back to another server is told so, and asks for the history.
func TestResumeAfterRestart(t *testing.T) {
	alice := start(t).dial(t)
	alice.Send(`{"event":"rt/join","data":{"topics":[],"since":"1","epoch":"of another server"}}`)
	if decode[struct{ Resumed bool }](t, alice.expect("rt/joined")).Resumed {
		t.Error("resumed what this server never had")
	}
}

func TestOrigins(t *testing.T) {
	a := start(t, "ORIGINS=https://app.example.com,https://*.example.org")
	for _, tt := range []struct {
		name, origin string
		status       int
	}{
		{"no browser", "", 101},
		{"own page", a.url, 101},
		{"allowed", "https://app.example.com", 101},
		{"allowed by pattern", "https://a.b.example.org", 101},
		{"foreign", "https://evil.example", 403},
		{"other port", "http://127.0.0.1:1", 403},
		{"other scheme of an allowed one", "http://app.example.com", 403},
		{"the pattern's own domain", "https://example.org", 403},
		{"look-alike suffix", "https://evilexample.org", 403},
		{"look-alike prefix", "https://app.example.com.evil.example", 403},
		{"sandboxed page", "null", 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := http.Header{}
			if tt.origin != "" {
				header.Set("Origin", tt.origin)
			}
			c, res, err := transporttest.Dialer{Header: header}.Try(a.url + "/wsgenroute")
			if err != nil {
				t.Fatal(err)
			}
			if c != nil {
				c.Hangup()
			}
			if res.StatusCode != tt.status {
				t.Errorf("%q: %d, want %d", tt.origin, res.StatusCode, tt.status)
			}
		})
	}
}

// A plain GET gets one response that says what is wrong, and nothing after it.
func TestPlainGET(t *testing.T) {
	a := start(t)
	host := strings.TrimPrefix(a.url, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /wsgenroute HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host)
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusUpgradeRequired || res.Header.Get("Upgrade") != "websocket" || !strings.Contains(string(body), "websocket") {
		t.Errorf("%d %v %q %v", res.StatusCode, res.Header, body, err)
	}
	if rest, err := io.ReadAll(r); len(rest) > 0 || err != nil {
		t.Errorf("after the response: %q %v", rest, err)
	}
}
