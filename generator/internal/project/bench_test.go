package project

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// BenchmarkFind loads and searches a project: the one in the folder that
// WSGEN_BENCH names, else a small one of our own.
func BenchmarkFind(b *testing.B) {
	dir := os.Getenv("WSGEN_BENCH")
	if dir == "" {
		dir = filepath.Join(b.TempDir(), "p")
		unpack(b, "testdata/chi.txtar", dir)
	}
	b.ReportAllocs()
	peak := uint64(0)
	for b.Loop() {
		p, err := Load(context.Background(), Options{Dir: dir, Main: os.Getenv("WSGEN_BENCH_MAIN")})
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := p.Find(context.Background()); err != nil {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.Sys)
	}
	b.ReportMetric(float64(peak>>20), "MB-sys")
	b.ReportMetric(float64(b.Elapsed())/float64(time.Millisecond)/float64(b.N), "ms/op")
}
