package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkNew runs `wsgen new` and, in turns with it, cp -r of the same files,
// which is about what writing them has to cost. It reports the medians of both
// in milliseconds, and how many times longer wsgen takes.
//
//	go test -run='^$' -bench=New -benchtime=50x ./generator/e2e
func BenchmarkNew(b *testing.B) {
	cp, err := exec.LookPath("cp")
	if err != nil {
		b.Skip("there is no cp here")
	}
	wsgen := filepath.Join(b.TempDir(), "wsgen.exe")
	if _, err := command(b.Context(), "../..", os.Environ(), "go", "build", "-o", wsgen, "./cmd/wsgen"); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	model := filepath.Join(dir, "model")
	env := []string{"GOPROXY=off"} // an empty PATH: no child processes
	timed(b, dir, env, wsgen, "new", "chat", "--dir="+model, "--quiet", "--yes")

	var created, copied []time.Duration
	for b.Loop() {
		target := filepath.Join(dir, "new")
		created = append(created, timed(b, dir, env, wsgen, "new", "chat", "--dir="+target, "--quiet", "--yes"))
		remove(b, target)

		target = filepath.Join(dir, "copy")
		copied = append(copied, timed(b, dir, env, cp, "-r", model, target))
		remove(b, target)
	}
	slices.Sort(created)
	slices.Sort(copied)
	one, other := created[len(created)/2], copied[len(copied)/2]
	b.ReportMetric(0, "ns/op") // of both together: of no interest
	b.ReportMetric(float64(one.Microseconds())/1000, "ms/new")
	b.ReportMetric(float64(other.Microseconds())/1000, "ms/cp")
	b.ReportMetric(float64(one)/float64(other), "new/cp")
}

// timed runs a program and returns how long it took.
func timed(b *testing.B, dir string, env []string, name string, args ...string) time.Duration {
	b.Helper()
	began := time.Now()
	if out, err := command(b.Context(), dir, env, name, args...); err != nil || out != "" {
		b.Fatalf("%v, prints %q", err, out)
	}
	return time.Since(began)
}

func remove(b *testing.B, dir string) {
	b.Helper()
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
}
