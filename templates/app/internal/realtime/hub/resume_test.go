package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/backplane"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

type position struct{ Offset, Epoch string }

// here asks where the log is.
func here(t *testing.T, c *hubtest.Client) position {
	t.Helper()
	c.Say(`{"event":"rt/join","data":{"topics":[]}}`)
	for {
		if e := c.Next(); e.Event == "rt/joined" {
			var p position
			if err := json.Unmarshal(e.Data, &p); err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
}

func join(c *hubtest.Client, since position, topics ...string) {
	b, _ := json.Marshal(map[string]any{"topics": topics, "since": since.Offset, "epoch": since.Epoch})
	c.Say(`{"event":"rt/join","data":` + string(b) + `}`)
}

func publish(t *testing.T, s *hubtest.Server, topic string, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		if err := s.Hub.Publish(context.Background(), topic, "test/n", i); err != nil {
			t.Error(err)
		}
	}
}

// resumed takes rt/joined and reports whether the client was resumed.
func resumed(t *testing.T, c *hubtest.Client) bool {
	t.Helper()
	e := c.Expect("rt/joined")
	var j struct{ Resumed bool }
	if err := json.Unmarshal(e.Data, &j); err != nil {
		t.Fatal(err)
	}
	return j.Resumed
}

func TestResumeSendsWhatWasMissed(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	c := s.Connect()
	c.Say(`{"event":"rt/join","data":{"topics":["news"]}}`)
	c.Expect("rt/joined")
	publish(t, s, "chat", 1, 2)
	at := here(t, c)
	c.End(1006, "")
	c.Closed()

	publish(t, s, "chat", 3, 4)
	publish(t, s, "news", 5, 6)
	publish(t, s, "other", 7, 7)
	publish(t, s, "chat", 8, 8)

	back := s.Connect()
	join(back, at, "news") // in chat it is anyway
	if !resumed(t, back) {
		t.Fatal("not resumed")
	}
	publish(t, s, "news", 9, 9)
	if got := data(back.Sync()); got != "3 4 5 6 8 9" {
		t.Errorf("got %s, want 3 4 5 6 8 9: all that was missed, in order, then what is new", got)
	}
}

func TestResumeThatIsNotPossible(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   func(position) position
		want bool
	}{
		{"nothing missed", func(p position) position { return p }, true},
		{"all that is kept", func(p position) position { return position{"2", p.Epoch} }, true},
		{"one event too old", func(p position) position { return position{"1", p.Epoch} }, false},
		{"an offset that never was", func(p position) position { return position{"99", p.Epoch} }, false},
		{"another epoch", func(p position) position { return position{p.Offset, "x"} }, false},
		{"no epoch", func(p position) position { return position{p.Offset, ""} }, false},
		{"no position", func(p position) position { return position{"", p.Epoch} }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.History = 8 })
			publish(t, s, "chat", 1, 10)
			c := s.Connect()
			at := here(t, c)
			join(c, tt.at(at), "chat")
			e := c.Expect("rt/joined")
			var j struct {
				Resumed       bool
				Offset, Epoch string
			}
			if err := json.Unmarshal(e.Data, &j); err != nil {
				t.Fatal(err)
			}
			if j.Resumed != tt.want || j.Offset != "10" || j.Epoch != at.Epoch {
				t.Errorf("got %s, want resumed %v at offset 10", e.Data, tt.want)
			}
			if got := c.Sync(); !tt.want && len(got) > 0 {
				t.Errorf("not resumed, but got %v", got)
			}
		})
	}
}

// A backlog may be longer than the queue: it is kept once for all clients.
func TestResumeOfMoreThanAQueue(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.QueueLen, o.History = 10, 1000 })
	c := s.Connect()
	at := here(t, c)
	c.End(1006, "")
	publish(t, s, "chat", 1, 900)
	back := s.Connect()
	join(back, at, "chat")
	if !resumed(t, back) {
		t.Fatal("not resumed")
	}
	for i := 1; i <= 900; i++ {
		if e := back.Next(); string(e.Data) != strconv.Itoa(i) {
			t.Fatalf("got %s, want %d", e.Data, i)
		}
	}
}

// What the sender left itself out of stays left out after it came back.
func TestResumeKeepsExceptions(t *testing.T) {
	s := hubtest.New(t, quiet, inChat)
	var conn *hub.Conn
	s.Hub.On("test/me", func(_ context.Context, c *hub.Conn, _ *hub.Event) (any, error) {
		conn = c
		return nil, nil
	})
	c := s.Connect()
	at := here(t, c)
	c.Say(`{"event":"test/me"}`)
	c.Sync()
	if err := s.Hub.Publish(context.Background(), "chat", "test/n", "mine", hub.Except(conn)); err != nil {
		t.Fatal(err)
	}
	publish(t, s, "chat", 1, 1)
	c.End(1006, "")
	back := s.Connect()
	back.Say(fmt.Sprintf(`{"event":"rt/join","data":{"topics":["chat"],"since":%q,"epoch":%q,"conn":%q}}`, at.Offset, at.Epoch, conn.ID()))
	back.Expect("rt/joined")
	if got := data(back.Sync()); got != "1" {
		t.Errorf("got %s, want only 1", got)
	}
}

// However the connection breaks while others publish, a client that follows the
// protocol sees each event once and in order.
func TestResumeIsExactUnderLoad(t *testing.T) {
	const events, publishers = 400, 4
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) {
		o.QueueLen = 2 * events * publishers // or a connection could be too slow before its rt/hello is out
	})
	c := s.Connect()
	at := here(t, c)
	var wg sync.WaitGroup
	for p := 0; p < publishers; p++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			publish(t, s, "chat", 1, events)
		}()
	}
	seen := 0
	for seen < events*publishers {
		for n := 0; n < 37 && seen < events*publishers; n++ {
			e := c.Next()
			seen++
			if e.Event != "test/n" || e.Offset != strconv.Itoa(seen) {
				t.Fatalf("event %d is %s: a gap or a double", seen, show(e))
			}
			at.Offset = e.Offset
		}
		c.End(1006, "")
		c = s.Connect()
		join(c, at, "chat")
		for c.Next().Event != "rt/joined" { // what comes before comes again behind it
		}
	}
	wg.Wait()
}

func TestJoinRules(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) {
		o.MaxTopics = 3
		o.CanJoin = func(_ *hub.Conn, topic string) error {
			switch topic {
			case "secret":
				return hub.ErrForbidden
			case "closed":
				return &hub.Error{Code: "closed", Message: "this room is closed"}
			case "broken":
				return errors.New("the database is on fire")
			case "panic":
				panic("oh no")
			}
			return nil
		}
	})
	for _, tt := range []struct{ name, topics, want string }{
		{"allowed", `["a","b"]`, `event=rt/joined ref=1 data={"topics":["a","b"],"resumed":false`},
		{"twice", `["a","a","chat"]`, `event=rt/joined`},
		{"not allowed", `["secret"]`, `ref=1 error=forbidden: not allowed`},
		{"not allowed, with the application's words", `["closed"]`, `ref=1 error=closed: this room is closed`},
		{"a foreign user's", `["user:alice"]`, `ref=1 error=bad_message`},
		{"everybody's", `["*"]`, `ref=1 error=bad_message`},
		{"without a name", `[""]`, `ref=1 error=bad_message`},
		{"with a long name", `["` + strings.Repeat("x", 201) + `"]`, `ref=1 error=bad_message`},
		{"too many", `["a","b","c"]`, `ref=1 error=too_many_topics`},
		{"one too often", `["chat","chat","chat","chat"]`, `ref=1 error=too_many_topics`},
		{"not a list", `"a"`, `ref=1 error=bad_message`},
		{"an error that is not for the client", `["broken"]`, `ref=1 error=forbidden: not allowed`},
		{"a panic", `["panic"]`, `ref=1 error=internal`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := s.Connect()
			c.Say(`{"event":"rt/join","ref":"1","data":{"topics":` + tt.topics + `}}`)
			if got := show(c.Next()); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			c.End(1000, "")
		})
	}
}

// A log that has lost events says so by another epoch.
func TestResetWhenTheLogStartsAnew(t *testing.T) {
	log := &brokenLog{}
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.Log = log })
	c := s.Connect()
	log.tail.Start("second", "7")
	if e := c.Expect("rt/reset"); string(e.Data) != `{"offset":"7","epoch":"second"}` {
		t.Errorf("rt/reset %s", e.Data)
	}
	join(c, position{"0", "first"}, "chat")
	if resumed(t, c) {
		t.Error("resumed across epochs")
	}
}

// brokenLog is a log whose tail the test plays.
type brokenLog struct{ tail backplane.Tailer }

func (l *brokenLog) Append(context.Context, backplane.Record) error { return backplane.ErrClosed }
func (l *brokenLog) Ready() error                                   { return nil }
func (l *brokenLog) Close() error                                   { return nil }
func (l *brokenLog) Tail(_ context.Context, _ int, t backplane.Tailer) error {
	l.tail = t
	t.Start("first", "0")
	return nil
}

// A few large events must not take the memory of thousands.
func TestHistoryIsBoundedInBytes(t *testing.T) {
	s := hubtest.New(t, quiet, inChat, func(o *hub.Options) { o.HistoryBytes = 10_000 })
	c := s.Connect()
	at := here(t, c)
	big := strings.Repeat("x", 900)
	for i := 1; i <= 20; i++ {
		if err := s.Hub.Publish(context.Background(), "chat", "test/n", big); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		since string
		want  bool
	}{{at.Offset, false}, {"9", false}, {"10", true}, {"20", true}} {
		back := s.Connect()
		join(back, position{tt.since, at.Epoch}, "chat")
		if got := resumed(t, back); got != tt.want {
			t.Errorf("resumed since %s: %v, want %v", tt.since, got, tt.want)
		}
	}
	if err := s.Hub.Publish(context.Background(), "chat", "test/n", strings.Repeat("x", 10_000)); err != nil {
		t.Fatal(err)
	}
	back := s.Connect()
	join(back, position{"20", at.Epoch}, "chat")
	if resumed(t, back) {
		t.Error("resumed past an event that is too large to keep")
	}
}
