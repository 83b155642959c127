package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
)

// build says which wsgen this is.
type build struct {
	Version  string            `json:"version"` // a tag, a pseudo-version or "(devel)"
	Commit   string            `json:"commit,omitempty"`
	Date     string            `json:"date,omitempty"` // of the commit, RFC 3339
	Modified bool              `json:"modified"`       // built from a changed tree
	Go       string            `json:"go"`
	OS       string            `json:"os"`
	Arch     string            `json:"arch"`
	Servers  map[string]string `json:"servers"` // module versions that new projects get
}

// buildVersion reads what the Go command recorded in the binary.
func buildVersion() build {
	b := build{Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Servers: map[string]string{}}
	for _, s := range generator.Servers() {
		b.Servers[s.Name] = s.Module + "@" + s.Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// newVersionCommand is `wsgen version`.
func newVersionCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  "Prints the version of wsgen, of Go, and of the libraries that new projects get.",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return printVersion(a, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printVersion(a *app, asJSON bool) error {
	b := buildVersion()
	if asJSON {
		writeJSON(a.out, b)
		return nil
	}
	var of []string
	if b.Commit != "" {
		of = append(of, "commit "+b.Commit[:min(12, len(b.Commit))])
	}
	if b.Date != "" {
		of = append(of, b.Date)
	}
	if b.Modified {
		of = append(of, "modified")
	}
	of = append(of, b.Go, b.OS+"/"+b.Arch)
	fmt.Fprintf(a.out, "wsgen %s (%s)\n", b.Version, strings.Join(of, ", "))
	for _, s := range generator.Servers() {
		fmt.Fprintf(a.out, "  %-8s %s %s\n", s.Name, s.Module, s.Version)
	}
	return nil
}
