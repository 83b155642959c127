package templates_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What wsgen checks of the browser's client beyond the tests that every project
// gets: those need no npm package, these do.

const (
	clientScript = "app/internal/realtime/client/realtime.js"
	clientTools  = "../testdata/client" // their package.json and lock
	maxMinified  = 3584                 // bytes of the minified client, compressed
)

func TestClientTypes(t *testing.T) {
	touchInputs(t)
	runProgram(t, clientTools, npmTool(t, "tsc"), "-p", ".")
}

func TestClientSize(t *testing.T) {
	touchInputs(t)
	script, err := filepath.Abs(clientScript)
	if err != nil {
		t.Fatal(err)
	}
	min := runProgram(t, clientTools, npmTool(t, "esbuild"), "--minify", "--format=esm", "--target=es2022", script)

	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(min); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("minified: %d bytes, compressed: %d", len(min), packed.Len())
	if packed.Len() > maxMinified {
		t.Errorf("%d bytes minified and compressed, want %d at most", packed.Len(), maxMinified)
	}
}

// The project's own Go test of these skips without node; here that is not enough.
func TestClientBehaviour(t *testing.T) {
	touchInputs(t)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(clientScript), "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	runProgram(t, ".", needProgram(t, "node"), append([]string{"--test"}, files...)...)
}

// A lock without "resolved" works with any registry or mirror; "integrity" pins
// what comes from there.
func TestClientToolsAreLocked(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(clientTools, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Resolved, Integrity string }
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	if len(lock.Packages) < 2 {
		t.Fatal("no packages in the lock")
	}
	for name, p := range lock.Packages {
		if p.Resolved != "" {
			t.Errorf("%s is bound to %s", name, p.Resolved)
		}
		if name != "" && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s has no integrity", name)
		}
	}
}

// touchInputs reads what the programs read that are run, so that go test takes
// no result from its cache after one of these files has changed.
func touchInputs(t *testing.T) {
	t.Helper()
	for _, dir := range []string{filepath.Dir(clientScript), clientTools} {
		files, err := filepath.Glob(filepath.Join(dir, "*.*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("nothing in %s: %v", dir, err)
		}
		for _, name := range files {
			if _, err := os.ReadFile(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// npmTool returns the path of a command from an npm package. The packages are
// installed once, and again when the lock has changed.
func npmTool(t *testing.T, name string) string {
	t.Helper()
	npm := needProgram(t, "npm")
	needProgram(t, "node")
	lock, err := os.ReadFile(filepath.Join(clientTools, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(clientTools, "node_modules")
	stamp := filepath.Join(modules, ".installed-lock.json")
	if have, err := os.ReadFile(stamp); err != nil || !bytes.Equal(have, lock) {
		runProgram(t, clientTools, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		if err := os.WriteFile(stamp, lock, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	path, err := filepath.Abs(filepath.Join(modules, ".bin", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// needProgram returns the path of a program. Without it the test is skipped, except in
// CI, where it has to be there.
func needProgram(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not installed; it comes with Debian's packages nodejs and npm", name)
	default:
		t.Skipf("%s is not installed", name)
	}
	return ""
}

// runProgram runs a program in a directory and returns its standard output.
func runProgram(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.Bytes()
}
