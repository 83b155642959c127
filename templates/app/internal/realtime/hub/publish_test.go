package hub_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

// fromCookie makes the cookie uid the user's id.
func fromCookie(o *hub.Options) {
	o.UserID = func(r *http.Request) (string, error) {
		c, err := r.Cookie("uid")
		if err != nil {
			return "", nil
		}
		return c.Value, nil
	}
}

func as(uid string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "uid", Value: uid}) }
}

func TestPublishReachesTheTopicOnce(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	a, b, elsewhere := s.Connect(), s.Connect(), s.Connect()
	elsewhere.Say(`{"event":"rt/leave","data":{"topics":["chat"]}}`)
	elsewhere.Sync()
	if err := s.Hub.Publish(context.Background(), "chat", "chat/message", "hi"); err != nil {
		t.Fatal(err)
	}
	const want = `event=chat/message topic=chat offset=1 data="hi"`
	for _, c := range []*hubtest.Client{a, b} {
		if got := c.Sync(); len(got) != 1 || show(got[0]) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if got := elsewhere.Sync(); len(got) != 0 {
		t.Errorf("who has left got %v", got)
	}
}

func TestWhoGetsWhat(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, fromCookie)
	var first *hub.Conn
	s.Hub.On("test/me", func(_ context.Context, c *hub.Conn, _ *hub.Event) (any, error) {
		first = c
		return nil, nil
	})
	alice1, alice2, bob, anonymous := s.Connect(as("alice")), s.Connect(as("alice")), s.Connect(as("bob")), s.Connect()
	alice1.Say(`{"event":"test/me"}`)
	alice1.Sync()
	ctx := context.Background()
	for _, tt := range []struct {
		name string
		send func() error
		want string // who gets it: 1 and 2 are alice's tabs, b is bob, a is nobody in particular
	}{
		{"broadcast", func() error { return s.Hub.Broadcast(ctx, "test/x", nil) }, "12ba"},
		{"broadcast except the sender", func() error { return s.Hub.Broadcast(ctx, "test/x", nil, hub.Except(first)) }, "2ba"},
		{"topic except the sender", func() error { return s.Hub.Publish(ctx, "chat", "test/x", nil, hub.Except(first)) }, "2ba"},
		{"all tabs of a user", func() error { return s.Hub.SendUser(ctx, "alice", "test/x", nil) }, "12"},
		{"one connection", func() error { return first.Send("test/x", nil) }, "1"},
		{"a user who is not there", func() error { return s.Hub.SendUser(ctx, "carol", "test/x", nil) }, ""},
		{"a topic that nobody is in", func() error { return s.Hub.Publish(ctx, "empty", "test/x", nil) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.send(); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range []struct {
				name string
				*hubtest.Client
			}{{"1", alice1}, {"2", alice2}, {"b", bob}, {"a", anonymous}} {
				got += strings.Repeat(c.name, len(c.Sync()))
			}
			if got != tt.want {
				t.Errorf("got to %q, want %q", got, tt.want)
			}
		})
	}
	if users := s.Hub.Users(); len(users) != 3 || users[1] != "alice" && users[0] != "alice" {
		t.Errorf("users %q, want alice, bob and one without a name", users)
	}
	if s.Hub.Len() != 4 || s.Hub.Members("chat") != 4 || s.Hub.Members("empty") != 0 {
		t.Errorf("%d connections, %d in chat", s.Hub.Len(), s.Hub.Members("chat"))
	}
}

// Every receiver sees what many publish at once in the same order.
func TestOrderIsTheSameForAll(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.QueueLen = 10_000 })
	clients := make([]*hubtest.Client, 20)
	for i := range clients {
		clients[i] = s.Connect()
	}
	var wg sync.WaitGroup
	for p := 0; p < 6; p++ {
		wg.Add(1)
		go func(p int) {
			defer wg.Done()
			for i := 0; i < 50; i++ {
				if err := s.Hub.Publish(context.Background(), "chat", "test/n", p*100+i); err != nil {
					t.Error(err)
				}
			}
		}(p)
	}
	wg.Wait()
	want := ""
	for i, c := range clients {
		got := c.Sync()
		for n, e := range got {
			if e.Offset != fmt.Sprint(n+1) {
				t.Fatalf("client %d: event %d has offset %s", i, n, e.Offset)
			}
		}
		if i == 0 {
			want = data(got)
		}
		if data(got) != want || len(got) != 300 {
			t.Fatalf("client %d got %d events in another order", i, len(got))
		}
	}
}

func TestPublishRefusesBadNames(t *testing.T) {
	s := hubtest.New(t, quiet)
	ctx := context.Background()
	for name, err := range map[string]error{
		"event without namespace": s.Hub.Publish(ctx, "chat", "message", nil),
		"reserved event":          s.Hub.Broadcast(ctx, "rt/hello", nil),
		"empty topic":             s.Hub.Publish(ctx, "", "chat/message", nil),
		"a user's topic":          s.Hub.Publish(ctx, "user:alice", "chat/message", nil),
		"everybody's topic":       s.Hub.Publish(ctx, "*", "chat/message", nil),
		"no user":                 s.Hub.SendUser(ctx, "", "chat/message", nil),
		"data without JSON":       s.Hub.Broadcast(ctx, "chat/message", func() {}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// While the client does not read, newer volatile events take the place of older
// ones with their key, and those without a key are dropped when the queue is
// half full. What is not volatile is all there.
func TestVolatileEvents(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.QueueLen = 20 })
	ctx := context.Background()
	c := s.Connect()
	c.Stall()
	publish := func(event string, n int, opts ...hub.PublishOption) {
		t.Helper()
		if err := s.Hub.Publish(ctx, "chat", event, n, opts...); err != nil {
			t.Fatal(err)
		}
	}
	publish("test/plug", 0) // the writer is busy with this one from here on
	c.Kept()
	for i := 0; i < 100; i++ {
		publish("test/cursor", i, hub.Volatile("alice"))
		publish("test/typing", i, hub.Volatile(""))
		if i%10 == 0 {
			publish("test/kept", i)
		}
	}
	c.Unstall()
	count := map[string]int{}
	last := map[string]string{}
	for _, e := range c.Sync() {
		count[e.Event]++
		last[e.Event] = string(e.Data)
		if volatile := e.Event == "test/cursor" || e.Event == "test/typing"; volatile != (e.Offset == "") {
			t.Errorf("%s has offset %q", e.Event, e.Offset)
		}
	}
	if count["test/cursor"] != 1 || last["test/cursor"] != "99" {
		t.Errorf("%d cursors, the last is %s; want only the newest, 99", count["test/cursor"], last["test/cursor"])
	}
	if count["test/kept"] != 10 {
		t.Errorf("%d events that are not volatile, want 10", count["test/kept"])
	}
	if n := count["test/typing"]; n == 0 || n > 10 {
		t.Errorf("%d of 100 droppable events, want 1 to 10", n)
	}
}

// A key stands for itself in each topic and for each event.
func TestVolatileEventsWithTheSameKey(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	c := s.Connect()
	c.Say(`{"event":"rt/join","data":{"topics":["news"]}}`)
	c.Expect("rt/joined")
	c.Stall()
	publish(t, s, "chat", 0, 0) // the writer is busy with this one from here on
	c.Kept()
	for _, e := range []struct{ topic, event string }{
		{"chat", "test/cursor"}, {"chat", "test/typing"}, {"news", "test/typing"}, {"chat", "test/typing"},
	} {
		if err := s.Hub.Publish(context.Background(), e.topic, e.event, nil, hub.Volatile("alice")); err != nil {
			t.Fatal(err)
		}
	}
	c.Unstall()
	c.Expect("test/n")
	var got []string
	for _, e := range c.Sync() {
		got = append(got, e.Topic+" "+e.Event)
	}
	if want := "chat test/cursor, chat test/typing, news test/typing"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}

// A client that has read all is not slow because of one large event.
func TestEventLargerThanAQueue(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.QueueBytes = 1000 })
	s.Hub.On("test/state", func(context.Context, *hub.Conn, *hub.Event) (any, error) {
		return strings.Repeat("x", 5000), nil
	})
	c := s.Connect()
	c.Sync()
	if err := s.Hub.Publish(context.Background(), "chat", "test/n", strings.Repeat("x", 5000)); err != nil {
		t.Fatal(err)
	}
	if e := c.Next(); len(e.Data) != 5002 {
		t.Errorf("got %d bytes, want 5002", len(e.Data))
	}
	c.Say(`{"event":"test/state","ref":"1"}`)
	if e := c.Next(); len(e.Data) != 5002 {
		t.Errorf("got %d bytes as a reply, want 5002", len(e.Data))
	}
}

// One client that does not read neither delays the others nor grows without bound.
func TestSlowClientIsClosed(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.QueueLen = 50 })
	slow, quick := s.Connect(), s.Connect()
	slow.Stall()
	for i := 0; i < 500; i++ {
		if err := s.Hub.Publish(context.Background(), "chat", "test/n", i); err != nil {
			t.Fatal(err)
		}
		if e := quick.Next(); string(e.Data) != fmt.Sprint(i) {
			t.Fatalf("the quick client got %s, want %d", e.Data, i)
		}
	}
	slow.Unstall()
	if code, reason := slow.Closed(); code != 1013 || reason != "too slow" {
		t.Errorf("slow client closed with %d %q, want 1013", code, reason)
	}
}
