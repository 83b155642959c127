package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, method, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	for _, tt := range []struct {
		method, url string
		status      int
		contentType string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8"},
		{"HEAD", "/", 200, "text/html; charset=utf-8"},
		{"GET", "/app.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/app.css", 200, "text/css; charset=utf-8"},
		{"GET", "/icon.svg", 200, "image/svg+xml"},
		{"GET", "/embed.go", 404, "text/plain; charset=utf-8"},
		{"GET", "/nothing", 404, "text/plain; charset=utf-8"},
		{"GET", "/app.js/", 404, "text/plain; charset=utf-8"},
		{"POST", "/", 405, "text/plain; charset=utf-8"},
	} {
		res := get(t, tt.method, tt.url)
		if got := res.Header.Get("Content-Type"); res.StatusCode != tt.status || got != tt.contentType {
			t.Errorf("%s %s: %d %s, want %d %s", tt.method, tt.url, res.StatusCode, got, tt.status, tt.contentType)
		}
	}
}

func TestUnchangedFileIsNotSentAgain(t *testing.T) {
	etag := get(t, "GET", "/app.css").Header.Get("ETag")
	if res := get(t, "GET", "/app.css", "If-None-Match", etag); etag == "" || res.StatusCode != http.StatusNotModified {
		t.Errorf("with ETag %s: %d, want 304", etag, res.StatusCode)
	}
	if res := get(t, "GET", "/app.js", "If-None-Match", etag); res.StatusCode != http.StatusOK {
		t.Errorf("with the tag of another file: %d, want 200", res.StatusCode)
	}
}

func TestEveryFileHasAType(t *testing.T) {
	for name := range load() {
		if types[path.Ext(name)] == "" {
			t.Errorf("%s: add its type to types", name)
		}
	}
}

// The Content-Security-Policy forbids what stands in the page itself, and a
// link that leads nowhere is a typo.
func TestPageFitsThePolicy(t *testing.T) {
	assets := load()
	page := string(assets["/index.html"].content)
	for _, m := range regexp.MustCompile(`<script[^>]*>([^<]*)|<style|\son\w+=|\sstyle=`).FindAllStringSubmatch(page, -1) {
		if strings.TrimSpace(m[1]) != "" || !strings.HasPrefix(m[0], "<script") {
			t.Errorf("inline script or style: %s", m[0])
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if _, ok := assets["/"+m[1]]; !ok {
			t.Errorf("%s: there is no such file", m[1])
		}
	}
}

func TestJavaScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	const name = "messages.test.mjs"
	if _, err := os.ReadFile(name); err != nil { // so that go test notices when it changes
		t.Fatal(err)
	}
	if out, err := exec.Command(node, "--test", name).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
