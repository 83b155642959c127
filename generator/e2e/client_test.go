package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// A client is a bare websocket: it offers no subprotocol and joins nothing.
type client struct {
	t      testing.TB
	conn   *websocket.Conn
	events chan []byte   // what has come, as it was on the wire
	pings  chan struct{} // one for each ping frame
	end    chan struct{} // closed when the connection is
	code   websocket.StatusCode
}

// dial opens a websocket at /ws. header goes with the handshake and may be nil.
func dial(t testing.TB, addr string, header http.Header) *client {
	t.Helper()
	return dialRoute(t, addr, "/ws", header)
}

func dialRoute(t testing.TB, addr, route string, header http.Header) *client {
	t.Helper()
	c, _, err := tryDial(t, addr, route, header)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryDial is dial for those who may be refused: then there is a response and
// an error. It takes rt/hello, the first event.
func tryDial(t testing.TB, addr, route string, header http.Header) (*client, *http.Response, error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := &client{t: t, events: make(chan []byte, 1<<14), pings: make(chan struct{}, 100), end: make(chan struct{})}
	conn, res, err := websocket.Dial(ctx, "ws://"+addr+route, &websocket.DialOptions{
		HTTPHeader:     header,
		OnPingReceived: func(context.Context, []byte) bool { c.pings <- struct{}{}; return true },
	})
	if err != nil {
		return nil, res, err
	}
	conn.SetReadLimit(-1)
	c.conn = conn
	go c.read()
	t.Cleanup(func() {
		conn.CloseNow()
		<-c.end
	})
	select { // before rt/hello, what others say may be missed
	case p := <-c.events:
		if !bytes.HasPrefix(p, []byte(`{"event":"rt/hello"`)) {
			return nil, res, fmt.Errorf("the first event is %s, want rt/hello", p)
		}
	case <-c.end:
		return nil, res, fmt.Errorf("closed with %d before rt/hello", c.code)
	case <-ctx.Done():
		return nil, res, errors.New("no rt/hello comes")
	}
	return c, res, nil
}

func (c *client) read() {
	defer close(c.end)
	for {
		_, p, err := c.conn.Read(context.Background())
		if err != nil {
			c.code = websocket.CloseStatus(err)
			return
		}
		c.events <- p
	}
}

// send sends one text message. It fails if the connection is closed meanwhile,
// which only some tests mind.
func (c *client) send(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, []byte(text))
}

// say sends a message to the chat.
func (c *client) say(text string) {
	c.t.Helper()
	data, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.send(fmt.Sprintf(`{"event":"chat/message","data":%s}`, data)); err != nil {
		c.t.Fatalf("saying %q: %v", text, err)
	}
}

// An envelope is what a message looks like on the wire.
type envelope struct {
	Event, Topic, Offset, Ref string
	Data                      struct {
		ID, Text, From string
		Count          int
		Epoch, Conn    string
		Messages       []struct{ Text string }
		Code, Message  string
	}
	Error *struct{ Code, Message string }
}

// next returns the next message with that event ("" for a reply), decoded and as
// it came; others are passed over.
func (c *client) next(event string) (envelope, string) {
	c.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case p := <-c.events:
			var e envelope
			if err := json.Unmarshal(p, &e); err != nil {
				c.t.Fatalf("%q: %v", p, err)
			}
			if e.Event == event {
				return e, string(p)
			}
		case <-c.end:
			if len(c.events) == 0 {
				c.t.Fatalf("closed with %d, want an event %q", c.code, event)
			}
		case <-timeout:
			c.t.Fatalf("no event %q comes", event)
		}
	}
}

// hears fails the test unless the next message of the chat is text.
func (c *client) hears(text string) {
	c.t.Helper()
	if e, raw := c.next("chat/message"); e.Data.Text != text {
		c.t.Fatalf("hears %s, want the text %q", raw, text)
	}
}

// closed waits until the server has closed the connection, and returns the code.
func (c *client) closed() int {
	c.t.Helper()
	select {
	case <-c.end:
	case <-time.After(patience):
		c.t.Fatal("the connection is not closed")
	}
	return int(c.code)
}

// close says goodbye, and waits until that is done.
func (c *client) close() {
	c.conn.Close(websocket.StatusNormalClosure, "")
	<-c.end
}

// dialMany opens n websockets, some at a time.
func dialMany(t testing.TB, addr string, n int) []*client {
	t.Helper()
	clients, errs := make([]*client, n), make([]error, n)
	var wg sync.WaitGroup
	for worker := range 10 {
		wg.Go(func() {
			for i := worker; i < n; i += 10 {
				clients[i], _, errs[i] = tryDial(t, addr, "/ws", nil)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return clients
}
