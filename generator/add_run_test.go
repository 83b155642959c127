package generator

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/mod/modfile"

	"github.com/wsgen/wsgen/generator/apply"
)

// A project that has got websockets builds, starts, and lets a client in: one
// of another library, which hears the greeting and gets an answer. What was
// there before is still there, byte for byte, once that is undone.
func TestAddRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	eachFixture(t, func(t *testing.T, f *fixture, dir string) {
		if !f.run {
			t.SkipNow()
		}
		f.complete(t, dir)
		before := tree(t, dir)
		add, err := Add(t.Context(), f.options)
		if err != nil {
			t.Fatal(err)
		}
		if err := apply.Edit(t.Context(), add.Root, add.Plan, apply.EditOptions{}); err != nil {
			t.Fatal(err)
		}
		program := build(t, filepath.Join(add.Root, filepath.FromSlash(add.Main)))
		addr := serve(t, program)
		c, res, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+addr+add.URL, nil)
		if err != nil {
			status := ""
			if res != nil {
				status = res.Status
			}
			t.Fatalf("no handshake at %s: %v %s", add.URL, err, status)
		}
		defer c.Close()
		hear(t, c, `"rt/hello"`)
		say(t, c, `{"event":"lobby/message","data":{"text":"is anybody here?"}}`)
		hear(t, c, "is anybody here?")

		script, err := http.Get("http://" + addr + add.URL + "/realtime.js")
		if err != nil {
			t.Fatal(err)
		}
		script.Body.Close()
		if script.StatusCode != http.StatusOK {
			t.Errorf("the browser's client: %s", script.Status)
		}
		if kept, err := apply.Undo(t.Context(), add.Root, apply.EditOptions{}); err != nil || len(kept) > 0 {
			t.Fatalf("undo: kept %q, %v", kept, err)
		}
		reflectsTree(t, before, tree(t, dir))
	})
}

// complete gives a project with a router all of go.mod and go.sum that it needs
// to build: what wsgen's own module has, which is in the cache.
func (f *fixture) complete(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	_, verr := os.Stat(filepath.Join(dir, "vendor"))
	if err != nil || verr == nil || !bytes.Contains(data, []byte("require ")) {
		return
	}
	ours, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	from, err := modfile.Parse("go.mod", ours, nil)
	if err != nil {
		t.Fatal(err)
	}
	to, err := modfile.Parse(name, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range from.Require {
		if strings.Contains(r.Mod.Path, "websocket") || strings.Contains(r.Mod.Path, "gws") {
			continue
		}
		if err := to.AddRequire(r.Mod.Path, r.Mod.Version); err != nil {
			t.Fatal(err)
		}
	}
	if data, err = to.Format(); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"go.mod": data, "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// offline is the environment of a go command that finds what it needs in the
// module cache, or fails.
func offline() []string {
	return append(os.Environ(), "GOPROXY=off", "GOSUMDB=off", "GOFLAGS=", "GOTOOLCHAIN=local", "GOWORK=")
}

func build(t *testing.T, dir string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program.exe")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	cmd.Dir, cmd.Env = dir, offline()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// serve starts a program that listens on $ADDR, and waits until it does.
func serve(t *testing.T, program string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = append(os.Environ(), "ADDR="+addr)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cancel(); <-ended })
	for limit := time.After(20 * time.Second); ; {
		nc, err := net.Dial("tcp", addr)
		if err == nil {
			nc.Close()
			return addr
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the program ended: %v\n%s", err, &out)
		case <-limit:
			t.Fatalf("nobody listens on %s", addr)
		case <-time.After(10 * time.Millisecond): // nothing tells when a program listens
		}
	}
}

func say(t *testing.T, c *websocket.Conn, message string) {
	t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

// hear reads messages until one has text in it.
func hear(t *testing.T, c *websocket.Conn, text string) string {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		_, p, err := c.ReadMessage()
		if err != nil {
			t.Fatalf("waiting for %s: %v", text, err)
		}
		if strings.Contains(string(p), text) {
			return string(p)
		}
	}
}
