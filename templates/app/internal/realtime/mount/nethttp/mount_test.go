package realtime

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

// Patterns with a method stand beside those that take the path of any method, or
// the method of any path.
func TestMount(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", mounttest.Elsewhere)
	mux.HandleFunc("GET /{name}", mounttest.Elsewhere)
	mux.HandleFunc("POST /{name}", mounttest.Elsewhere)
	mounttest.Run(t, Mount(mux), mux)
}

// A type of its own that is a mux by embedding one.
func TestMountOnAMuxOfItsKind(t *testing.T) {
	app := struct{ *http.ServeMux }{http.NewServeMux()}
	mounttest.Run(t, Mount(app), app)
}

// What is at "/" does not answer for the websocket.
func TestPostIsRefused(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", mounttest.Elsewhere)
	Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, realtime.Route, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST is answered with %d, want 405", w.Code)
	}
}
