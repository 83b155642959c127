package hub_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

// inChat puts every connection into the topic chat.
func inChat(o *hub.Options) { o.DefaultTopic = "chat" }

// show prints the fields of an envelope that are set.
func show(e hub.Envelope) string {
	var b strings.Builder
	for _, f := range []struct{ key, value string }{
		{"event", e.Event}, {"topic", e.Topic}, {"offset", e.Offset}, {"ref", e.Ref}, {"data", string(e.Data)},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s=%s ", f.key, f.value)
		}
	}
	if e.Error != nil {
		fmt.Fprintf(&b, "error=%v", e.Error)
	}
	return strings.TrimSpace(b.String())
}

// data returns the data of the events, in order.
func data(es []hub.Envelope) string {
	var parts []string
	for _, e := range es {
		parts = append(parts, string(e.Data))
	}
	return strings.Join(parts, " ")
}

// quiet throws the log away.
func quiet(o *hub.Options) { o.Logger = discard }

func logTo(w io.Writer) func(*hub.Options) {
	return func(o *hub.Options) { o.Logger = slog.New(slog.NewTextHandler(w, nil)) }
}

// notUpgraded answers as a transport does to a request that is no handshake.
func notUpgraded(w http.ResponseWriter, _ *http.Request) (transport.Conn, error) {
	w.WriteHeader(http.StatusUpgradeRequired)
	return nil, errors.New("not a handshake")
}

func waitEmpty(t *testing.T, h *hub.Hub) {
	t.Helper()
	waitFor(t, "connections to go", func() bool { return h.Len() == 0 })
}

// waitFor polls: what it waits for happens in a goroutine that nothing else shows.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}
