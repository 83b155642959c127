package hub_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	backplane "github.com/wsgen/wsgen/templates/app/internal/realtime/backplane/memory"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// BenchmarkBroadcast publishes one chat message to n connections whose socket
// costs nothing: what is left is the hub's own work.
func BenchmarkBroadcast(b *testing.B) {
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := benchHub(b, n)
			msg := map[string]string{"text": "hello, world"}
			ctx := context.Background()
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				if err := h.Publish(ctx, "chat", "chat/message", msg); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRoundTrip is a request and its reply.
func BenchmarkRoundTrip(b *testing.B) {
	h := benchHub(b, 0)
	h.On("bench/echo", func(_ context.Context, _ *hub.Conn, ev *hub.Event) (any, error) { return "ok", nil })
	s := newSink()
	accept.next = s
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		s.in <- []byte(`{"event":"bench/echo","ref":"1","data":{"text":"hello, world"}}`)
	}
	b.StopTimer()
	close(s.in)
}

// accept hands sinks to the hub.
var accept struct{ next *sink }

func benchHub(b *testing.B, n int) *hub.Hub {
	b.Helper()
	o := hub.DefaultOptions()
	o.Rate, o.MaxConnsPerIP, o.DefaultTopic, o.Logger = 0, 0, "chat", discard
	o.QueueLen, o.QueueBytes = 1<<20, 1<<30
	o.Log = backplane.Open()
	o.Accept = func(http.ResponseWriter, *http.Request) (transport.Conn, error) { return accept.next, nil }
	h := hub.New(o)
	for i := 0; i < n; i++ {
		s := newSink()
		accept.next = s
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		b.Cleanup(func() { close(s.in) })
	}
	return h
}

// A sink is a connection that takes everything at once.
type sink struct{ in chan []byte }

func newSink() *sink { return &sink{make(chan []byte)} }

func (s *sink) ReadLoop(fn func(transport.MessageType, []byte)) error {
	for p := range s.in {
		fn(transport.Text, p)
	}
	return &transport.CloseError{Code: transport.CloseAbnormal}
}

func (s *sink) Write(transport.MessageType, []byte) error     { return nil }
func (s *sink) WriteFrames([]byte) error                      { return nil }
func (s *sink) TryWriteFrames([]byte) (pending bool, _ error) { return false, nil }
func (s *sink) Ping() error                                   { return nil }
func (s *sink) Close(int, string) error                       { return io.ErrClosedPipe }
func (s *sink) CloseNow() error                               { return nil }
func (s *sink) Subprotocol() string                           { return "" }
func (s *sink) Compressed() bool                              { return false }
