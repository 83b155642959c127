package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/cmd/wsgen/internal/probe"
	"github.com/wsgen/wsgen/generator"
)

// doctorResult is the document of `wsgen doctor --json`.
type doctorResult struct {
	OK       bool                `json:"ok"`
	Findings []generator.Finding `json:"findings,omitempty"` // of the project
	URL      string              `json:"url,omitempty"`
	Checks   []probe.Check       `json:"checks,omitempty"` // of the server at the URL
}

// newDoctorCommand is `wsgen doctor`.
func newDoctorCommand(a *app) *cobra.Command {
	var asJSON bool
	var at string
	cmd := &cobra.Command{
		Use:   "doctor [flags]",
		Short: "Say what websockets would meet in this project, or at a URL",
		Long: `Looks at the project that you stand in: the Go version, the module, the router
and why it is the one, where the websocket is or would be mounted, middleware
that would break it, who may connect, and what was edited since wsgen wrote it.

With --probe it talks to a server instead, whatever that is written in: a
handshake, then what happens to a foreign page, a message, a ping, a message of
4 GiB, and a request that is no websocket. It exits with 1 if something fails.`,
		Example: `  wsgen doctor
  wsgen doctor --probe ws://localhost:8080/ws
  wsgen doctor --probe wss://example.com/ws --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if at == "" {
				return a.inspect(cmd.Context(), asJSON)
			}
			u, err := probe.ParseURL(at)
			if err != nil {
				return usage("doctor", "--probe: "+err.Error(), "wsgen doctor --probe ws://localhost:8080/ws")
			}
			return a.probe(cmd.Context(), u, asJSON)
		},
	}
	cmd.Flags().StringVar(&at, "probe", "", "talk to the websocket server at `URL`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// errFindings is how doctor ends when something is wrong; it has said what.
var errFindings = &failure{code: exitFailed}

// inspect looks at the project.
func (a *app) inspect(ctx context.Context, asJSON bool) error {
	all, err := generator.Inspect(ctx, a.here())
	if err != nil {
		return err
	}
	var lines []doctorLine
	for _, f := range all {
		place := f.Path
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.Path, f.Line)
		}
		lines = append(lines, doctorLine{string(f.State), f.Name, strings.TrimSpace(place + " " + f.Text), f.Fix})
	}
	return a.diagnose(lines, doctorResult{Findings: all}, asJSON)
}

// probe talks to a server.
func (a *app) probe(ctx context.Context, u *probe.URL, asJSON bool) error {
	all := probe.Run(ctx, u)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var lines []doctorLine
	for _, c := range all {
		lines = append(lines, doctorLine{string(c.State), c.Name, c.Text, c.Fix})
	}
	return a.diagnose(lines, doctorResult{URL: u.String(), Checks: all}, asJSON)
}

// A doctorLine is one line of the table, and what to do about it.
type doctorLine struct{ state, name, text, fix string }

// diagnose prints the table, or the document.
func (a *app) diagnose(lines []doctorLine, doc doctorResult, asJSON bool) error {
	doc.OK = true
	width := 0
	for _, l := range lines {
		doc.OK = doc.OK && l.state != "fail"
		width = max(width, len(l.name))
	}
	if asJSON {
		writeJSON(a.out, doc)
	} else {
		pal := palette(a.colour(a.out))
		var b strings.Builder
		for _, l := range lines {
			state := fmt.Sprintf("%-4s", l.state)
			switch l.state {
			case "ok":
				state = pal.green(state)
			case "warn":
				state = pal.yellow(state)
			case "fail":
				state = pal.red(state)
			}
			fmt.Fprintf(&b, "%s  %-*s  %s\n", state, width, l.name, l.text)
			if l.fix != "" {
				fmt.Fprintf(&b, "      %-*s  fix: %s\n", width, "", l.fix)
			}
		}
		io.WriteString(a.out, b.String())
	}
	if !doc.OK {
		return errFindings
	}
	return nil
}
