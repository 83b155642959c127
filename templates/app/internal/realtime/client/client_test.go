package client

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// get asks for the script with pairs of header names and values.
func get(method string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "/wsgenroute/realtime.js", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) []byte {
	t.Helper()
	p, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestScriptIsServedAsModule(t *testing.T) {
	res := get("GET")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	for name, want := range map[string]string{
		"Content-Type":           "text/javascript; charset=utf-8",
		"X-Content-Type-Options": "nosniff",
		"Cache-Control":          "no-cache",
		"Vary":                   "Accept-Encoding",
		"Content-Encoding":       "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if p := body(t, res); !bytes.Equal(p, script) {
		t.Errorf("%d bytes served, the script has %d", len(p), len(script))
	}
}

func TestScriptIsCompressedForWhoAcceptsIt(t *testing.T) {
	for _, tt := range []struct {
		accept string
		want   bool
	}{
		{"gzip", true},
		{"br, GZIP;q=0.5", true},
		{"deflate, gzip ; q=1.0", true},
		{"gzip;q=0", false},
		{"gzip;q=0.0, br", false},
		{"br", false},
		{"xgzip", false},
		{"", false},
	} {
		res := get("GET", "Accept-Encoding", tt.accept)
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != tt.want {
			t.Errorf("Accept-Encoding %q: compressed %v, want %v", tt.accept, got, tt.want)
		}
	}

	p := body(t, get("GET", "Accept-Encoding", "gzip"))
	if len(p) > 8<<10 {
		t.Errorf("%d bytes on the wire, want 8 KiB at most", len(p))
	}
	z, err := gzip.NewReader(bytes.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := io.ReadAll(z); err != nil || !bytes.Equal(p, script) {
		t.Errorf("what comes out is not the script (%v)", err)
	}
}

func TestScriptIsNotSentTwice(t *testing.T) {
	plain, packed := get("GET").Header.Get("ETag"), get("GET", "Accept-Encoding", "gzip").Header.Get("ETag")
	if plain == "" || packed == "" || plain == packed {
		t.Fatalf("etags %s and %s, want two", plain, packed)
	}
	for _, tt := range []struct {
		name, accept, has string
		want              int
	}{
		{"the same", "", plain, http.StatusNotModified},
		{"the same, weakened by a proxy", "", "W/" + plain, http.StatusNotModified},
		{"one of several", "gzip", `"old", ` + packed, http.StatusNotModified},
		{"an old one", "", `"old"`, http.StatusOK},
		{"the other encoding", "", packed, http.StatusOK},
	} {
		res := get("GET", "Accept-Encoding", tt.accept, "If-None-Match", tt.has)
		if res.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, res.StatusCode, tt.want)
		}
		if p := body(t, res); tt.want == http.StatusNotModified && len(p) > 0 {
			t.Errorf("%s: %d bytes with 304", tt.name, len(p))
		}
	}
}

func TestMethods(t *testing.T) {
	head := get("HEAD")
	if head.StatusCode != http.StatusOK || head.Header.Get("ETag") == "" || len(body(t, head)) > 0 {
		t.Errorf("HEAD: status %d, header %v", head.StatusCode, head.Header)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		res := get(method)
		if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}

// The client's behaviour is tested in JavaScript.
func TestJavaScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	// The tests' clock came with node 20.11, in which also --test is stable.
	const hasClock = `const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 11 ? 0 : 1)`
	if err := exec.Command(node, "-e", hasClock).Run(); err != nil {
		t.Skip("node is older than 20.11")
	}
	files, err := filepath.Glob("*.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	args := []string{"--test"}
	for _, name := range files {
		// Opened here, too, so that go test does not take a result from its
		// cache after one of them has changed.
		if _, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".test.mjs") {
			args = append(args, name)
		}
	}
	if out, err := exec.Command(node, args...).CombinedOutput(); err != nil {
		t.Fatalf("node %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
