package prove

import "strings"

// An UnavailableError says that a plan could not be checked, which says nothing
// about the plan.
type UnavailableError struct {
	Why string // what the go command says, one line
	Fix string // what to do about it, one line
}

// Error returns what is wrong and what to do.
func (e *UnavailableError) Error() string {
	return "the plan could not be type-checked: " + e.Why + "; " + e.Fix
}

// classify returns an error if a text of the go command is about the machine and
// not about the project.
func classify(text string) *UnavailableError {
	for _, c := range []struct{ sign, fix string }{
		{"executable file not found", "install Go, or see that it is found"},
		{"GOTOOLCHAIN=local", "use a newer Go, or unset GOTOOLCHAIN"},
		{"toolchain not available", "use a newer Go"},
		{"module lookup disabled by GOPROXY=off", "run go mod download where there is a network"},
		{"dial tcp", "run go mod download where there is a network"},
		{"no such host", "run go mod download where there is a network"},
		{"i/o timeout", "run go mod download where there is a network"},
		{"TLS handshake", "run go mod download where there is a network"},
		{"410 Gone", "see that the proxy of GOPROXY has the module"},
		{"404 Not Found", "see that the proxy of GOPROXY has the module"},
		{"inconsistent vendoring", "run go mod vendor"},
	} {
		if strings.Contains(text, c.sign) {
			return &UnavailableError{Why: oneLine(text), Fix: c.fix + ", or use --no-check"}
		}
	}
	return nil
}

// unavailable says that the project cannot be loaded even as it is.
func unavailable(text string) *UnavailableError {
	if e := classify(text); e != nil {
		return e
	}
	return &UnavailableError{Why: oneLine(text), Fix: "see that go list ./... works, or use --no-check"}
}

// oneLine returns the lines of a text as one.
func oneLine(text string) string {
	text = strings.TrimPrefix(strings.TrimSpace(text), "err: exit status 1: stderr: ")
	return strings.Join(strings.Fields(text), " ")
}
