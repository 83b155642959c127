package hub

import (
	"errors"
	"fmt"
)

// An Error is an answer that the client may see. A handler that returns another
// error has it logged, and the client is told "internal".
type Error struct {
	Code    string `json:"code"`    // for programs: "blank", "too_long"
	Message string `json:"message"` // for people
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Codes of the errors that the hub itself sends.
const (
	codeBadMessage   = "bad_message"
	codeUnknownEvent = "unknown_event"
	codeForbidden    = "forbidden"
	codeTooMany      = "too_many_topics"
	codeInternal     = "internal"
)

var (
	// ErrUnauthorized says that nobody knows who the client is (401).
	ErrUnauthorized = errors.New("unauthorized")

	// ErrForbidden says that the client may not do that (403).
	ErrForbidden = errors.New("forbidden")

	// ErrClosed says that the connection or the hub is gone, or going.
	ErrClosed = errors.New("realtime: closed")

	// ErrInHandler says that Conn.Request was called by a handler of the same
	// connection: the answer could not be read before the handler returns.
	ErrInHandler = errors.New("realtime: a handler cannot wait for its own connection; call Request in a new goroutine")

	// ErrTooManyRequests says that a connection owes too many answers already.
	ErrTooManyRequests = errors.New("realtime: too many requests without an answer")
)

// public returns what the client may see of err.
func public(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, ErrForbidden):
		return &Error{Code: codeForbidden, Message: "not allowed"}
	}
	return &Error{Code: codeInternal, Message: "something went wrong"}
}

// A panicError is what became of a panic in a function of the application.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
