package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"
)

// Clients of all three libraries talk to each other through each server, with
// messages that are deflated and with messages that are not worth it.
func TestEveryLibrarySpeaksToEveryServer(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		for _, compression := range []string{"false", "true"} {
			t.Run("compression="+compression, func(t *testing.T) {
				a := start(t, binary(t, server), "COMPRESSION="+compression)
				url := "ws://" + a.addr + "/ws"
				peers := []peer{dialGorilla(t, url), dialCoder(t, url), dialGWS(t, url)}
				for _, p := range peers {
					p.expect(t, "rt/hello", "")
				}
				for i, text := range []string{"short", strings.Repeat("long ", 400) + "end", "grüß dich \U0001f600"} {
					data, err := json.Marshal(map[string]any{"event": "chat/message", "data": map[string]string{"text": text}})
					if err != nil {
						t.Fatal(err)
					}
					if err := peers[i].send(data); err != nil {
						t.Fatal(err)
					}
					for _, p := range peers {
						p.expect(t, "chat/message", text)
					}
				}
			})
		}
	})
}

// A peer is a client of some library.
type peer struct {
	name   string
	send   func(text []byte) error
	events chan []byte
}

// expect takes events up to one of that name, which must have that text.
func (p peer) expect(t *testing.T, event, text string) {
	t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case raw, ok := <-p.events:
			var e envelope
			if err := json.Unmarshal(raw, &e); !ok || err != nil {
				t.Fatalf("%s: waiting for %s: got %q, %v", p.name, event, raw, err)
			}
			if e.Event != event {
				continue
			}
			if e.Data.Text != text {
				t.Fatalf("%s: hears %q, want %q", p.name, e.Data.Text, text)
			}
			return
		case <-timeout:
			t.Fatalf("%s: no %s comes", p.name, event)
		}
	}
}

// readAll makes a peer that reads until read fails.
func readAll(name string, send func([]byte) error, read func() ([]byte, error)) peer {
	p := peer{name, send, make(chan []byte, 1000)}
	go func() {
		defer close(p.events)
		for {
			b, err := read()
			if err != nil {
				return
			}
			p.events <- b
		}
	}()
	return p
}

func dialGorilla(t *testing.T, url string) peer {
	t.Helper()
	ws, _, err := (&gorilla.Dialer{EnableCompression: true, HandshakeTimeout: patience}).Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	send := func(b []byte) error { return ws.WriteMessage(gorilla.TextMessage, b) }
	return readAll("gorilla", send, func() ([]byte, error) {
		_, b, err := ws.ReadMessage()
		return b, err
	})
}

func dialCoder(t *testing.T, url string) peer {
	t.Helper()
	ctx := context.Background()
	ws, _, err := coder.Dial(ctx, url, &coder.DialOptions{CompressionMode: coder.CompressionNoContextTakeover})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.CloseNow() })
	send := func(b []byte) error { return ws.Write(ctx, coder.MessageText, b) }
	return readAll("coder", send, func() ([]byte, error) {
		_, b, err := ws.Read(ctx)
		return b, err
	})
}

func dialGWS(t *testing.T, url string) peer {
	t.Helper()
	messages := gwsMessages(make(chan []byte, 1000))
	ws, _, err := gws.NewClient(messages, &gws.ClientOption{
		Addr:              url,
		HandshakeTimeout:  patience,
		PermessageDeflate: gws.PermessageDeflate{Enabled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.NetConn().Close() })
	go ws.ReadLoop()
	send := func(b []byte) error { return ws.WriteMessage(gws.OpcodeText, b) }
	return peer{"gws", send, messages}
}

// gwsMessages is the handler of a gws client.
type gwsMessages chan []byte

func (gwsMessages) OnOpen(*gws.Conn)           {}
func (gwsMessages) OnPing(*gws.Conn, []byte)   {}
func (gwsMessages) OnPong(*gws.Conn, []byte)   {}
func (c gwsMessages) OnClose(*gws.Conn, error) { close(c) }
func (c gwsMessages) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	c <- bytes.Clone(m.Bytes())
}
