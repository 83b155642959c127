package hub_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

func TestHandlerAnswers(t *testing.T) {
	s := hubtest.New(t, quiet)
	s.Hub.On("math/double", func(_ context.Context, _ *hub.Conn, ev *hub.Event) (any, error) {
		var n int
		if err := ev.Decode(&n); err != nil {
			return nil, err
		}
		if n < 0 {
			return nil, &hub.Error{Code: "negative", Message: "only positive numbers"}
		}
		if n == 0 {
			return nil, errors.New("secret: the database is on fire")
		}
		return 2 * n, nil
	})
	for _, tt := range []struct {
		name, say string
		want      string
	}{
		{"a reply", `{"event":"math/double","ref":"1","data":21}`, `ref=1 data=42`},
		{"no reply without a ref", `{"event":"math/double","data":21}`, ``},
		{"an error for the client", `{"event":"math/double","ref":"2","data":-1}`, `ref=2 error=negative: only positive numbers`},
		{"an error that is not for the client", `{"event":"math/double","ref":"3","data":0}`, `ref=3 error=internal: something went wrong`},
		{"an error without a ref", `{"event":"math/double","data":-1}`, `event=rt/error data={"code":"negative","message":"only positive numbers","event":"math/double"}`},
		{"data that does not fit", `{"event":"math/double","ref":"4","data":"x"}`, `ref=4 error=bad_message`},
		{"no data", `{"event":"math/double","ref":"5"}`, `ref=5 error=bad_message: math/double needs data`},
		{"an unknown event", `{"event":"math/half","ref":"6"}`, `ref=6 error=unknown_event: no handler for math/half`},
		{"an unknown event without a ref", `{"event":"math/half"}`, `event=rt/error data={"code":"unknown_event"`},
		{"an unknown event of the protocol", `{"event":"rt/fly","ref":"7"}`, `ref=7 error=unknown_event`},
		{"not JSON", `hello`, `event=rt/error data={"code":"bad_message"`},
		{"not an object", `[1]`, `event=rt/error data={"code":"bad_message"`},
		{"neither event nor ref", `{}`, `event=rt/error data={"code":"bad_message"`},
		{"a name without a namespace", `{"event":"double","ref":"8"}`, `ref=8 error=bad_message`},
		{"a name with a space", `{"event":"math/dou ble","ref":"9"}`, `ref=9 error=bad_message`},
		{"a ref that is too long", `{"event":"math/double","ref":"` + strings.Repeat("r", 65) + `","data":1}`, `event=rt/error data={"code":"bad_message"`},
		{"a reply that nobody waits for", `{"ref":"s1","data":1}`, ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := s.Connect()
			defer c.End(1000, "")
			c.Say(tt.say)
			var got []string
			for _, e := range c.Sync() {
				got = append(got, show(e))
			}
			if len(got) > 1 || !strings.HasPrefix(strings.Join(got, " "), tt.want) || (tt.want == "") != (len(got) == 0) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPanicEndsOneConnectionOnly(t *testing.T) {
	var reported error
	s := hubtest.New(t, func(o *hub.Options) {
		o.OnError = func(_ *hub.Conn, err error) { reported = err }
		o.Logger = discard
	})
	s.Hub.On("test/panic", func(context.Context, *hub.Conn, *hub.Event) (any, error) { panic("oh no") })
	other, c := s.Connect(), s.Connect()
	c.Say(`{"event":"test/panic","ref":"1"}`)
	if e := c.Next(); e.Error == nil || e.Error.Code != "internal" || strings.Contains(e.Error.Message, "oh no") {
		t.Errorf("reply %+v, want the error internal and no detail", e)
	}
	if code, _ := c.Closed(); code != 1011 {
		t.Errorf("closed with %d, want 1011", code)
	}
	if reported == nil || !strings.Contains(reported.Error(), "oh no") {
		t.Errorf("OnError got %v", reported)
	}
	if left := other.Sync(); len(left) > 0 {
		t.Errorf("the other connection got %v", left)
	}
}

func TestHandlersOfOneConnectionRunInOrder(t *testing.T) {
	s := hubtest.New(t, quiet, func(o *hub.Options) { o.Rate = 0 })
	running := 0
	var got []string
	s.Hub.On("test/count", func(_ context.Context, _ *hub.Conn, ev *hub.Event) (any, error) {
		running++
		if running != 1 {
			t.Error("two handlers of one connection at the same time")
		}
		got = append(got, string(ev.Data))
		running--
		return nil, nil
	})
	c := s.Connect()
	for i := 0; i < 500; i++ {
		c.Say(fmt.Sprintf(`{"event":"test/count","data":%d}`, i))
	}
	c.Sync()
	for i, g := range got {
		if g != fmt.Sprint(i) {
			t.Fatalf("event %d was %s", i, g)
		}
	}
}

// What a handler sends to its own connection, publishes and answers arrives in
// the order in which it did so.
func TestConnectionIsFIFO(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.Rate, o.QueueLen = 0, 1000 })
	s.Hub.On("test/mixed", func(ctx context.Context, c *hub.Conn, ev *hub.Event) (any, error) {
		return ev.Data, errors.Join(
			c.Send("test/sent", 1),
			s.Hub.Publish(ctx, "chat", "test/published", 2),
			c.Send("test/sent", 3),
			s.Hub.Broadcast(ctx, "test/broadcast", 4),
			s.Hub.SendUser(ctx, c.UserID(), "test/user", 5),
		)
	})
	c := s.Connect()
	for i := 0; i < 50; i++ {
		c.Say(fmt.Sprintf(`{"event":"test/mixed","ref":"%d"}`, i))
	}
	for i := 0; i < 50; i++ {
		for _, want := range []string{"test/sent 1", "test/published 2", "test/sent 3", "test/broadcast 4", "test/user 5"} {
			if e := c.Next(); e.Event+" "+string(e.Data) != want {
				t.Fatalf("round %d: got %s %s, want %s", i, e.Event, e.Data, want)
			}
		}
		if e := c.Next(); e.Ref != fmt.Sprint(i) {
			t.Fatalf("round %d: got %+v, want the reply", i, e)
		}
	}
}

func TestRateLimit(t *testing.T) {
	s := hubtest.New(t, func(o *hub.Options) { o.Rate, o.Burst, o.Logger = 0.001, 3, discard })
	s.Hub.On("test/ok", func(context.Context, *hub.Conn, *hub.Event) (any, error) { return nil, nil })
	c := s.Connect()
	for i := 0; i < 4; i++ {
		c.Say(`{"event":"test/ok"}`)
	}
	if code, _ := c.Closed(); code != 4029 {
		t.Errorf("closed with %d after a burst of 4, want 4029", code)
	}
}

func TestHandlerNamesAreChecked(t *testing.T) {
	for _, name := range []string{"", "chat", "/", "chat/", "/message", "rt/ping", "chat/a b", strings.Repeat("x/", 80)} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("On(%q) was accepted", name)
				}
			}()
			hubtest.New(t).Hub.On(name, nil)
		})
	}
}
