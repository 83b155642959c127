package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// patience is how long a test waits for what must happen soon.
const patience = 10 * time.Second

// TestMain lets the test binary be the application, for tests that need a
// process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("WSGENAPP_TEST_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// An app is the whole application, running on a port of its own.
type app struct {
	url  string
	log  *logWatch
	stop context.CancelFunc
	done chan error
}

// start runs the application with settings, such as "BURST=5", until the test
// ends.
func start(t *testing.T, settings ...string) *app {
	t.Helper()
	env := map[string]string{"ADDR": "127.0.0.1:0"}
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		env[name] = value
	}
	ctx, stop := context.WithCancel(context.Background())
	a := &app{log: newLogWatch(), stop: stop, done: make(chan error, 1)}
	go func() {
		a.done <- run(ctx, nil, func(name string) string { return env[name] }, io.Discard, a.log)
	}()
	a.url = a.log.await(t, `listening on (http://[^"\s]+)`)
	t.Cleanup(func() {
		stop()
		if err := a.wait(t); err != nil {
			t.Errorf("stopped with: %v\n%s", err, a.log)
		}
	})
	return a
}

// wait waits until the application has ended, and returns its error.
func (a *app) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-a.done:
		a.done <- err // for who else asks
		return err
	case <-time.After(patience):
		t.Fatalf("does not stop\n%s", a.log)
		return nil
	}
}

func (a *app) dial(t *testing.T) *client {
	t.Helper()
	return dial(t, a.url)
}

// dial opens a websocket to the application at url and takes its rt/hello.
func dial(t *testing.T, url string) *client {
	t.Helper()
	c := &client{Client: transporttest.Dial(t, url+"/wsgenroute", nil), t: t}
	c.hello = c.expect("rt/hello")
	return c
}

// A client speaks the protocol of PROTOCOL.md.
type client struct {
	*transporttest.Client
	t     *testing.T
	hello envelope
}

type envelope struct {
	Event  string
	Offset string
	Ref    string
	Data   json.RawMessage
	Error  *struct{ Code, Message string }
}

// decode returns the data of e.
func decode[T any](t *testing.T, e envelope) (v T) {
	t.Helper()
	if err := json.Unmarshal(e.Data, &v); err != nil {
		t.Fatalf("%s %s: %v", e.Event, e.Data, err)
	}
	return v
}

// say sends a chat message.
func (c *client) say(text string) {
	c.t.Helper()
	data, err := json.Marshal(text)
	if err != nil {
		c.t.Fatal(err)
	}
	c.Send(fmt.Sprintf(`{"event":"chat/message","data":{"text":%s}}`, data))
}

// hear returns the text of the next chat message.
func (c *client) hear() string {
	c.t.Helper()
	return decode[struct{ Text string }](c.t, c.expect("chat/message")).Text
}

// expect returns the next event, which has to be this one.
func (c *client) expect(event string) envelope {
	c.t.Helper()
	text, e := c.next(event)
	if e.Event != event {
		c.t.Fatalf("got %s, want %s", text, event)
	}
	return e
}

// next returns the next message, as it is and decoded. It skips what comes at
// any time, unless that is wanted.
func (c *client) next(wanted string) (string, envelope) {
	c.t.Helper()
	for {
		text := c.ReadText()
		var e envelope
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			c.t.Fatalf("%s: %v", text, err)
		}
		if e.Event == wanted || e.Event != "chat/here" && e.Event != "rt/ping" {
			return text, e
		}
	}
}

// awaitHere waits until so many are here.
func (c *client) awaitHere(count int) {
	c.t.Helper()
	for decode[struct{ Count int }](c.t, c.expect("chat/here")).Count != count {
	}
}

// A logWatch keeps a log, and lets tests wait for something in it.
type logWatch struct {
	mu    sync.Mutex
	text  strings.Builder
	grown chan struct{} // closed when there is more
}

func newLogWatch() *logWatch { return &logWatch{grown: make(chan struct{})} }

func (l *logWatch) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.grown)
	l.grown = make(chan struct{})
	return l.text.Write(p)
}

func (l *logWatch) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await waits until the log matches pattern, and returns the last group of it.
func (l *logWatch) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.After(patience)
	for {
		l.mu.Lock()
		text, grown := l.text.String(), l.grown
		l.mu.Unlock()
		if m := re.FindStringSubmatch(text); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-grown:
		case <-late:
			t.Fatalf("nothing in the log matches %s\n%s", pattern, text)
		}
	}
}
