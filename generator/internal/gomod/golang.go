package gomod

import (
	"go/version"
	"os"
	"path/filepath"
	"strings"

	"go/build"
)

// minimum is the language that the kit is written in.
const minimum = "1.18"

// free: up to this version the go line of a dependency asks nothing of the
// module that requires it.
const free = "1.20"

// compare compares go lines, "1.22" or "1.24.3" or "1.21rc1"; "" is below all.
func compare(a, b string) int { return version.Compare("go"+a, "go"+b) }

// Changes says what changes in a program when its go line goes from one version
// to another, the oldest change first.
func Changes(from, to string) []string {
	var all []string
	for _, c := range []struct{ since, text string }{
		{"1.17", "the module graph is pruned: go.mod lists every module that is needed"},
		{"1.21", "panic(nil) is an error of its own; toolchains older than the go line refuse the module"},
		{"1.22", "each iteration of a loop has its own variables; patterns of http.ServeMux may have methods and wildcards"},
		{"1.23", "channels of timers hold no stale values"},
	} {
		if compare(from, c.since) < 0 && compare(c.since, to) <= 0 {
			all = append(all, "go "+c.since+": "+c.text)
		}
	}
	return all
}

// CacheDir returns the module cache of whoever runs this: GOMODCACHE, or pkg/mod
// in the first folder of GOPATH. The settings of go env -w are not looked at.
func CacheDir() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	first, _, _ := strings.Cut(build.Default.GOPATH, string(filepath.ListSeparator))
	if first == "" {
		return ""
	}
	return filepath.Join(first, "pkg", "mod")
}
