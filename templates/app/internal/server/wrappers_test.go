package server

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// What a middleware wraps around the ResponseWriter must not break the upgrade.
func TestWebsocketThroughMiddleware(t *testing.T) {
	for _, tt := range []struct {
		name string
		wrap func(http.Handler) http.Handler
	}{
		{"none", func(h http.Handler) http.Handler { return h }},
		{"a recorder that offers only Unwrap", withRecorder},
		{"a compressor", withGzip},
		{"protection from forged requests", http.NewCrossOriginProtection().Handler},
		{"a time limit for all but the websocket", withTimeLimit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(tt.wrap(app(t, io.Discard)))
			defer s.Close()

			c := transporttest.Dial(t, s.URL+"/wsgenroute", http.Header{
				"Accept-Encoding": {"gzip"},
				"Origin":          {s.URL},
			})
			c.Send(`{"event":"chat/message","data":{"text":"hi"}}`)
			for !strings.Contains(c.ReadText(), `"text":"hi"`) {
			}
			c.Close(1000, "bye")

			res, err := http.Get(s.URL) // the client undoes gzip
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != 200 || !strings.ContainsAny(string(body), "<{") {
				t.Errorf("the page: %d %.60q, %v", res.StatusCode, body, err)
			}
		})
	}
}

// A statusOnly is the least that a wrapper needs.
type statusOnly struct {
	http.ResponseWriter
	status int
}

func (w *statusOnly) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusOnly) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func withRecorder(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&statusOnly{ResponseWriter: w}, r)
	})
}

// A gzipped writer compresses what is written, and ends the stream when the
// handler returns: after an upgrade, into a connection that is no longer its.
type gzipped struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (w *gzipped) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.Header().Set("Content-Encoding", "gzip")
	w.ResponseWriter.WriteHeader(status)
}

func (w *gzipped) Write(p []byte) (int, error) {
	if w.Header().Get("Content-Encoding") == "" {
		w.WriteHeader(http.StatusOK)
	}
	return w.z.Write(p)
}

func (w *gzipped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func withGzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		z := gzip.NewWriter(w)
		defer z.Close()
		next.ServeHTTP(&gzipped{w, z}, r)
	})
}

// withTimeLimit shows where an http.TimeoutHandler goes: its ResponseWriter can
// neither be hijacked nor unwrapped, so the websocket stands outside of it.
func withTimeLimit(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/wsgenroute", next)
	mux.Handle("/", http.TimeoutHandler(next, 10*time.Second, "too slow"))
	return mux
}
