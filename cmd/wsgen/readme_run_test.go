//go:build unix

package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Who types what the README says on a fresh clone gets what it promises.
func TestReadmeShellBlocks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs a project")
	}
	ran := 0
	for _, block := range ourDocument(t, "README.md").blocks {
		switch {
		case block.lang != "sh":
		case strings.HasPrefix(block.text, "go run ./cmd/wsgen new ../chat "):
			ran++
			t.Run("Try it", func(t *testing.T) { projectRuns(t, block.text) })
		case block.text == "make test\n": // TestMakeTestIsWhatCIRuns
		default:
			t.Errorf("nobody tests\n%s", block.text)
		}
	}
	if ran != 1 {
		t.Errorf("ran %d blocks", ran)
	}
}

// patienceToBuild is how long a crowded machine may take for two programs.
const patienceToBuild = 5 * time.Minute

// projectRuns executes script in a clone of the repository, without network. It
// ends in a server, which answers until Ctrl-C.
func projectRuns(t *testing.T, script string) {
	bash := need(t, "bash")
	clone := filepath.Join(t.TempDir(), "wsgen")
	mirror(t, clone)
	fetchModules(t)

	cmd := exec.Command(bash, "-c", script)
	cmd.Dir = clone
	cmd.Env = append(offline(), "ADDR=127.0.0.1:0", "LOG_FORMAT=text")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log := &outputWatch{listening: make(chan string, 1)}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	group := -cmd.Process.Pid
	t.Cleanup(func() { syscall.Kill(group, syscall.SIGKILL) })
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	var url string
	select {
	case url = <-log.listening:
	case err := <-ended:
		t.Fatalf("it ends at once: %v\n%s", err, log.read())
	case <-time.After(patienceToBuild):
		t.Fatalf("it does not say where it listens:\n%s", log.read())
	}
	mustHave(t, get(t, url+"/"), "<h1>Welcome to chat</h1>", "app.js")
	get(t, url+"/healthz")

	if err := syscall.Kill(group, syscall.SIGINT); err != nil { // what Ctrl-C sends
		t.Fatal(err)
	}
	select {
	case <-ended:
		// After Ctrl-C go run always exits with 1. It says so when the program
		// does not exit with 0.
		if said := log.read(); !strings.HasSuffix(said, "msg=stopped\n") || strings.Contains(said, "exit status") {
			t.Errorf("it does not stop well:\n%s", said)
		}
	case <-time.After(patienceToBuild):
		t.Fatalf("Ctrl-C does not end it:\n%s", log.read())
	}
	if err := syscall.Kill(group, 0); err != syscall.ESRCH {
		t.Errorf("a process is left behind: %v", err)
	}
	if _, err := os.Stat(filepath.Join(clone, "..", "chat", "go.mod")); err != nil {
		t.Error(err)
	}
}

// mirror copies to dir what a commit of the whole tree would hold.
func mirror(t *testing.T, dir string) {
	t.Helper()
	list := exec.CommandContext(t.Context(), need(t, "git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Skipf("this is no clone: git ls-files: %v", err)
	}
	for name := range bytes.SplitSeq(bytes.Trim(names, "\x00"), []byte{0}) {
		from, to := filepath.Join(root, string(name)), filepath.Join(dir, string(name))
		data, err := os.ReadFile(from)
		if os.IsNotExist(err) { // deleted, not committed
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		mkdir(t, filepath.Dir(to))
		if err := os.WriteFile(to, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// An outputWatch keeps what a command prints, and looks out for a server.
type outputWatch struct {
	listening chan string // the URL, once

	mu  sync.Mutex
	all bytes.Buffer
}

var announcement = regexp.MustCompile(`listening on (http://127\.0\.0\.1:[0-9]+)\D`)

func (o *outputWatch) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all.Write(p)
	if m := announcement.FindSubmatch(o.all.Bytes()); m != nil {
		select {
		case o.listening <- string(m[1]):
		default: // it has been said
		}
	}
	return len(p), nil
}

func (o *outputWatch) read() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

func get(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("GET %s: %s %v\n%s", url, resp.Status, err, body)
	}
	return string(body)
}
