package realtime

import (
	"net/http"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMount(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", mounttest.Elsewhere)
	mounttest.Run(t, Mount(mux), mux)
}

// paths is a mux that takes a pattern for what it is: a path.
type paths map[string]http.Handler

func (p paths) Handle(path string, h http.Handler) { p[path] = h }

func (p paths) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := p[r.URL.Path]; h != nil {
		h.ServeHTTP(w, r)
		return
	}
	mounttest.Elsewhere(w, r)
}

func TestMountOnAMuxOfPaths(t *testing.T) {
	mux := paths{}
	mounttest.Run(t, Mount(mux), mux)
}
