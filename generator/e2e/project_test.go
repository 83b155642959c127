package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// render makes the project that o asks for in dir, which must not be there.
func render(dir string, o generator.NewOptions) (*plan.Plan, error) {
	p, err := generator.New(context.Background(), o)
	if err != nil {
		return nil, err
	}
	return p, apply.New(context.Background(), dir, p, apply.NewOptions{})
}

// offline is the environment of the go command in a rendered project. With
// -trimpath the caches do not care where the project lies.
func offline(more ...string) []string {
	return append(os.Environ(), append([]string{"GOPROXY=off", "GOWORK=off", "GOFLAGS=-trimpath -buildvcs=false"}, more...)...)
}

// command runs a program in dir to its end, and returns what it prints.
func command(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// download fetches the modules of the project in dir that are not in the module
// cache yet. Those of go.sum are more than a build needs: go mod tidy looks at
// the tests of dependencies as well.
func download(ctx context.Context, dir string) error {
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return err
	}
	args := []string{"mod", "download"}
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) == 3 && !strings.HasSuffix(f[1], "/go.mod") {
			args = append(args, f[0]+"@"+f[1])
		}
	}
	// Not in the project: there it would write to go.sum.
	_, err = command(ctx, workDir, append(os.Environ(), "GOWORK=off", "GOFLAGS="), "go", args...)
	return err
}

// built holds the binaries of default projects, each built once.
var built = struct {
	sync.Mutex
	once map[string]func() (string, error)
}{once: map[string]func() (string, error){}}

// binary returns the path of a default project's server program.
func binary(t testing.TB, server string) string {
	t.Helper()
	built.Lock()
	once := built.once[server]
	if once == nil {
		once = sync.OnceValues(func() (string, error) { return buildDefault(server) })
		built.once[server] = once
	}
	built.Unlock()
	bin, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func buildDefault(server string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	dir := filepath.Join(workDir, server, "chat")
	if err := os.Mkdir(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	if _, err := render(dir, generator.NewOptions{Name: "chat", Server: server}); err != nil {
		return "", err
	}
	if err := download(ctx, dir); err != nil {
		return "", err
	}
	return build(ctx, dir, "chat")
}

// build builds the program of the project in dir, beside the project.
func build(ctx context.Context, dir, name string) (string, error) {
	bin := filepath.Join(filepath.Dir(dir), "server.exe")
	_, err := command(ctx, dir, offline(), "go", "build", "-o", bin, "./cmd/"+name)
	return bin, err
}
