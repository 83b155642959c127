package rewrite

import (
	"fmt"

	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// fiber is the same in v2 and v3: handlers, routes and middleware alike, are
// asked in the order in which they were registered.
type fiber struct{ unordered }

func (fiber) place(b *body, r *room) error { return b.order(r, true) }

func (fiber) guards() bool { return false }

// fasthttp is what fiber is built on, and the first version whose adaptor to
// net/http lets a handler take the connection over.
const (
	fasthttp      = "github.com/valyala/fasthttp"
	fasthttpFirst = "v1.54.0"
)

// CheckServer reports, as a *Refusal, that a websocket library does not work
// behind a router: "gorilla", "nhooyr" or "gws".
func CheckServer(p *project.Project, r project.Router, server string) error {
	if r != project.Fiber2 && r != project.Fiber3 {
		return nil
	}
	refuse := func(text, fix string, choices ...string) error {
		return &Refusal{Reason: WrongServer, Option: "server", Choices: choices, Path: "go.mod", Line: 1, Text: text, Fix: fix}
	}
	if server == "nhooyr" {
		return refuse("coder/websocket does not work behind fiber: its answer to the handshake stays unsent, since it hijacks the connection in a way that fasthttp does not know",
			"choose --server=gorilla or --server=gws", "gorilla", "gws")
	}
	if v := required(p, fasthttp); v != "" && semver.Compare(v, fasthttpFirst) < 0 {
		return refuse(fmt.Sprintf("%s %s cannot hand a connection over to a net/http handler; %s is the first that can", fasthttp, v, fasthttpFirst),
			fmt.Sprintf("run go get %s@%s, look at what it changes, and try again", fasthttp, fasthttpFirst))
	}
	return nil
}
