package web

import (
	"net/http/httptest"
	"testing"
)

func TestHandler(t *testing.T) {
	const about = `{"service":"wsgenapp","websocket":"/wsgenroute","protocol":"realtime.v1"}` + "\n"
	for _, tt := range []struct {
		method, url string
		status      int
		body        string
	}{
		{"GET", "/", 200, about},
		{"GET", "/nothing", 404, "404 page not found\n"},
		{"POST", "/", 405, "method not allowed\n"},
	} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(tt.method, tt.url, nil))
		if w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.url, w.Code, w.Body, tt.status, tt.body)
		}
	}
}
