package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

func TestHello(t *testing.T) {
	var opened *hub.Conn
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnOpen = func(c *hub.Conn, r *http.Request) {
			opened = c
			if err := c.Send("test/welcome", r.Host); err != nil {
				t.Error(err)
			}
		}
	})
	c := s.Connect() // takes rt/hello, and fails if that is not first
	c.Expect("test/welcome")
	if opened.UserID() != opened.ID() || opened.ID() == "" {
		t.Errorf("nobody in particular has uid %q and connection %q, want the same", opened.UserID(), opened.ID())
	}
	if opened.IP() != "192.0.2.1" {
		t.Errorf("address %q", opened.IP())
	}
}

// OnClose is called once for each OnOpen, with what went over the wire.
func TestHooksOnAFakeConnection(t *testing.T) {
	type end struct {
		code   int
		reason string
	}
	ends := make(chan end, 10)
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnClose = func(_ *hub.Conn, code int, reason string) { ends <- end{code, reason} }
	})
	for _, want := range []end{{1000, "bye"}, {4001, "x"}, {1001, ""}, {1006, ""}} {
		s.Connect().End(want.code, want.reason)
		if got := <-ends; got != want {
			t.Errorf("OnClose(%v), want %v", got, want)
		}
	}
	waitEmpty(t, s.Hub)
	if len(ends) > 0 {
		t.Error("OnClose was called more than once for a connection")
	}
}

func TestPanicInAHookEndsOneConnection(t *testing.T) {
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnOpen = func(*hub.Conn, *http.Request) { panic("oh no") }
		o.OnClose = func(*hub.Conn, int, string) { panic("oh no") }
		o.OnError = func(*hub.Conn, error) { panic("oh no") }
	})
	if code, _ := s.Connect().Closed(); code != 1011 {
		t.Errorf("closed with %d, want 1011", code)
	}
	waitEmpty(t, s.Hub)
}

func TestCloseSendsWhatWaitsFirst(t *testing.T) {
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnOpen = func(c *hub.Conn, _ *http.Request) {
			for i := 0; i < 20; i++ {
				if err := c.Send("test/n", i); err != nil {
					t.Error(err)
				}
			}
			c.Close(4001, "done")
			c.Close(4002, "again")
			if err := c.Send("test/n", 20); !errors.Is(err, hub.ErrClosed) {
				t.Errorf("Send after Close: %v", err)
			}
		}
	})
	c := s.Connect()
	for i := 0; i < 20; i++ {
		c.Expect("test/n")
	}
	if code, reason := c.Closed(); code != 4001 || reason != "done" {
		t.Errorf("closed with %d %q, want the first: 4001 done", code, reason)
	}
}

// A client that was told to go is not listened to any more, even if it does not
// read that.
func TestCloseEndsListening(t *testing.T) {
	s := hubtest.New(t, quiet)
	handled := 0
	s.Hub.On("test/kick", func(_ context.Context, c *hub.Conn, _ *hub.Event) (any, error) {
		handled++
		err := c.Send("test/bye", nil)
		c.Close(4500, "banned")
		return nil, err
	})
	c := s.Connect()
	c.Stall()
	for i := 0; i < 3; i++ { // the second has been read when the third is
		c.Say(`{"event":"test/kick"}`)
	}
	if handled != 1 {
		t.Errorf("%d messages handled, want 1", handled)
	}
	c.Unstall()
	if code, _ := c.Closed(); code != 4500 {
		t.Errorf("closed with %d, want 4500", code)
	}
}

// Codes that must not be sent are not.
func TestCloseWithAForbiddenCode(t *testing.T) {
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnOpen = func(c *hub.Conn, _ *http.Request) { c.Close(1006, "") }
	})
	if code, _ := s.Connect().Closed(); code != 1011 {
		t.Errorf("closed with %d, want 1011", code)
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	s := hubtest.New(t, quiet, inChat)
	var clients []*hubtest.Client
	for i := 0; i < 200; i++ {
		clients = append(clients, s.Connect())
	}
	publish(t, s, "chat", 1, 10)
	for _, c := range clients {
		c.End(1006, "")
	}
	waitEmpty(t, s.Hub)
	waitFor(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}

func TestHeartbeat(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.PingEvery = 20 * time.Millisecond })
	c := s.Connect()
	publish(t, s, "chat", 1, 1)
	for i := 0; i < 3; i++ {
		e := c.Next()
		if e.Event == "test/n" {
			e = c.Next()
		}
		if e.Event != "rt/ping" {
			t.Fatalf("got %s, want rt/ping", show(e))
		}
		if i == 2 && string(e.Data) != `{"offset":"1"}` {
			t.Errorf("rt/ping %s, want the newest offset", e.Data)
		}
	}
}

func TestShutdownDrains(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	var clients []*hubtest.Client
	for i := 0; i < 250; i++ {
		clients = append(clients, s.Connect())
	}
	silent := clients[100]
	silent.Stall()
	publish(t, s, "chat", 1, 3)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	go silent.Unstall()
	if err := s.Hub.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	for i, c := range clients {
		for n := 0; n < 3; n++ {
			c.Expect("test/n")
		}
		if code, reason := c.Closed(); code != 1012 || reason != "restart" {
			t.Fatalf("client %d closed with %d %q, want 1012", i, code, reason)
		}
	}
	if w := handshake(s); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("handshake after shutdown: %d", w.Code)
	}
	if s.Hub.Ready() == nil {
		t.Error("still ready")
	}
	if err := s.Hub.Publish(context.Background(), "chat", "test/n", 1); err == nil {
		t.Error("published after shutdown")
	}
}

// A client that never reads cannot hold the shutdown up.
func TestShutdownEndsWithItsContext(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	c := s.Connect()
	c.Stall()
	publish(t, s, "chat", 1, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := s.Hub.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v, want deadline exceeded", err)
	}
	if code, _ := c.Closed(); code != 1006 {
		t.Errorf("closed with %d, want to be cut off (1006)", code)
	}
}

// Handlers that wait for their context need not be waited for in vain.
func TestShutdownEndsHandlers(t *testing.T) {
	var closed atomic.Bool
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnClose = func(*hub.Conn, int, string) { closed.Store(true) }
	})
	s.Hub.On("test/wait", func(ctx context.Context, _ *hub.Conn, _ *hub.Event) (any, error) {
		<-ctx.Done()
		return nil, nil
	})
	s.Connect().Say(`{"event":"test/wait"}`)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := s.Hub.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v, want deadline exceeded", err)
	}
	if !closed.Load() {
		t.Error("Shutdown did not wait until the connection was gone")
	}
}

func TestRequest(t *testing.T) {
	conns := make(chan *hub.Conn, 1)
	s := hubtest.New(t, quiet, func(o *hub.Options) {
		o.OnOpen = func(c *hub.Conn, _ *http.Request) { conns <- c }
	})
	var inHandler error
	s.Hub.On("test/inside", func(ctx context.Context, c *hub.Conn, _ *hub.Event) (any, error) {
		inHandler = c.Request(ctx, "test/ask", nil, nil)
		return nil, nil
	})
	c := s.Connect()
	conn := <-conns
	ask := func(answer string) (n int, err error) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			err = conn.Request(ctx, "test/ask", "how many?", &n)
		}()
		q := c.Expect("test/ask")
		ref, _ := json.Marshal(q.Ref)
		c.Say(`{"ref":` + string(ref) + `,` + answer + `}`)
		wg.Wait()
		return n, err
	}
	if n, err := ask(`"data":3`); n != 3 || err != nil {
		t.Errorf("answer %d, %v; want 3", n, err)
	}
	var refused *hub.Error
	if _, err := ask(`"error":{"code":"busy","message":"later"}`); !errors.As(err, &refused) || refused.Code != "busy" {
		t.Errorf("error %v, want the client's", err)
	}
	if _, err := ask(`"data":"three"`); err == nil {
		t.Error("an answer that does not fit gave no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := conn.Request(ctx, "test/ask", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled request: %v", err)
	}
	c.Expect("test/ask")
	c.Say(`{"event":"test/inside"}`)
	c.Sync()
	if !errors.Is(inHandler, hub.ErrInHandler) {
		t.Errorf("request in a handler: %v, want ErrInHandler at once", inHandler)
	}
	gone := make(chan error)
	go func() { gone <- conn.Request(context.Background(), "test/ask", nil, nil) }()
	c.Expect("test/ask")
	c.End(1006, "")
	if err := <-gone; !errors.Is(err, hub.ErrClosed) {
		t.Errorf("request on a connection that goes: %v, want ErrClosed", err)
	}
}
