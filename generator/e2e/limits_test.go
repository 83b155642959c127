package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestOversizeIsClosedWith1009(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "MAX_MESSAGE=1000")
		rude, other := dial(t, a.addr, nil), dial(t, a.addr, nil)

		rude.send(strings.Repeat("x", 100_000)) // may be cut off in the middle
		if code := rude.closed(); code != 1009 {
			t.Errorf("closed with %d, want 1009", code)
		}
		other.say("still here")
		other.hears("still here")
	})
}

func TestFloodIsClosedWith4029(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server), "RATE=1", "BURST=5")
		rude, other := dial(t, a.addr, nil), dial(t, a.addr, nil)

		for i := range 500 {
			if rude.send(fmt.Sprintf(`{"event":"chat/message","data":{"text":"%d"}}`, i)) != nil {
				break
			}
		}
		if code := rude.closed(); code != 4029 {
			t.Errorf("closed with %d, want 4029", code)
		}
		for i := range 5 { // what was within the limit was said
			other.hears(fmt.Sprint(i))
		}
		other.say("still here")
		for e, _ := other.next("chat/message"); e.Data.Text != "still here"; e, _ = other.next("chat/message") {
		}
	})
}

// A browser that comes back sends what it has queued, and it asks for what it
// has missed. It is not taken for a flood.
func TestFullQueueIsNoFlood(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		c := dial(t, a.addr, nil)
		burst := []string{`{"event":"rt/join","ref":"j","data":{"topics":[],"since":"7","epoch":"another"}}`}
		for i := range 100 { // what realtime.js keeps while offline
			burst = append(burst, fmt.Sprintf(`{"event":"chat/message","ref":"%d","data":{"text":"%d"}}`, i, i))
		}
		burst = append(burst, `{"event":"chat/history","ref":"h1"}`, `{"event":"chat/history","ref":"h2"}`)
		for _, text := range burst {
			if err := c.send(text); err != nil {
				t.Fatal(err)
			}
		}
		for e, _ := c.next(""); e.Ref != "h2"; e, _ = c.next("") {
			if e.Error != nil {
				t.Errorf("%s is answered %v", e.Ref, e.Error)
			}
		}
	})
}

// A frame that claims to be 2^63 bytes long has brought whole servers down.
func TestImpossibleLengthClosesThatConnectionOnly(t *testing.T) {
	onEachServer(t, func(t *testing.T, server string) {
		a := start(t, binary(t, server))
		other := dial(t, a.addr, nil)
		for _, size := range [][8]byte{{0x80}, {0x7f, 255, 255, 255, 255, 255, 255, 255}, {255, 255, 255, 255, 255, 255, 255, 255}} {
			nc, r := upgraded(t, a.addr)
			head := append([]byte{0x81, 0xff}, size[:]...)
			if _, err := nc.Write(append(head, 1, 2, 3, 4, 'x')); err != nil {
				t.Fatal(err)
			}
			want := 1002
			if size[0] < 0x80 {
				want = 1009 // a length that may be, but is too much
			}
			if code := closeCode(t, r); code != want {
				t.Errorf("length %x: closed with %d, want %d", size, code, want)
			}
		}
		other.say("still here")
		other.hears("still here")
	})
}

func TestConnectionLimits(t *testing.T) {
	for _, tt := range []struct {
		name, setting string
		fit, status   int
	}{
		{"in all", "MAX_CONNS=3", 3, 503},
		{"from one address", "MAX_CONNS_PER_IP=2", 2, 429},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onEachServer(t, func(t *testing.T, server string) {
				a := start(t, binary(t, server), tt.setting)
				clients := dialMany(t, a.addr, tt.fit)
				_, res, err := tryDial(t, a.addr, "/ws", nil)
				if err == nil || res == nil || res.StatusCode != tt.status || res.Header.Get("Retry-After") == "" {
					t.Errorf("one too many gets %v (%v), want %d and Retry-After", res, err, tt.status)
				}
				if status, _ := fetch(t, a.url("/ws")); status != tt.status {
					t.Errorf("a plain request gets %d, want %d", status, tt.status)
				}
				clients[0].close()
				waitUntil(t, "the place of who left is free", func() bool {
					_, _, err := tryDial(t, a.addr, "/ws", nil)
					return err == nil
				})
			})
		})
	}
}

// upgraded opens a websocket for those who write the frames themselves.
func upgraded(t testing.TB, addr string) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc := rawConn(t, addr)
	fmt.Fprintf(nc, "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", addr)
	r := bufio.NewReader(nc)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 101 {
		t.Fatalf("handshake: %v, %v", res, err)
	}
	return nc, r
}

// closeCode reads the frames of a server up to its close frame.
func closeCode(t testing.TB, r *bufio.Reader) int {
	t.Helper()
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			t.Fatalf("no close frame: %v", err)
		}
		size := int(head[1]) // no mask
		if size == 126 {
			var long [2]byte
			if _, err := io.ReadFull(r, long[:]); err != nil {
				t.Fatal(err)
			}
			size = int(long[0])<<8 | int(long[1])
		}
		payload := make([]byte, size)
		if _, err := io.ReadFull(r, payload); err != nil {
			t.Fatal(err)
		}
		if head[0] == 0x88 && size >= 2 {
			return int(payload[0])<<8 | int(payload[1])
		}
	}
}
