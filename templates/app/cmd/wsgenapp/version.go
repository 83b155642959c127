package main

import (
	"runtime/debug"
	"strings"
)

// version tells what was built, as far as the toolchain noted it: the module's
// version, the commit and the Go release.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return name
	}
	parts := []string{name, info.Main.Version}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			parts = append(parts, s.Value)
		}
	}
	return strings.Join(append(parts, info.GoVersion), " ")
}
