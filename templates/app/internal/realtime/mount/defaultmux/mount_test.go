package realtime

import (
	"net/http"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
)

func TestMountDefault(t *testing.T) {
	http.DefaultServeMux = http.NewServeMux() // of other tests
	http.HandleFunc("/", mounttest.Elsewhere)
	mounttest.Run(t, MountDefault(), http.DefaultServeMux)
}
