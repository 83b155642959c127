package rewrite

import "github.com/wsgen/wsgen/generator/internal/project"

// fiber is the same in v2 and v3: handlers, routes and middleware alike, are
// asked in the order in which they were registered.
type fiber struct{ unordered }

func (fiber) place(b *body, r *room) error { return b.order(r, true) }

func (fiber) guards() bool { return false }

// CheckServer reports, as a *Refusal, that a websocket library does not work
// behind a router: "gorilla", "nhooyr" or "gws".
func CheckServer(r project.Router, server string) error {
	if server != "nhooyr" || r != project.Fiber2 && r != project.Fiber3 {
		return nil
	}
	return &Refusal{Reason: WrongServer, Option: "server", Choices: []string{"gorilla", "gws"}, Path: "go.mod", Line: 1,
		Text: "coder/websocket does not work behind fiber: it leaves it to the server to send the answer to the handshake, and fiber sends none once the connection is taken over",
		Fix:  "choose --server=gorilla or --server=gws"}
}
