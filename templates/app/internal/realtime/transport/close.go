package transport

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Close codes: those of RFC 6455 that are used here, and two of our own.
const (
	CloseNormal      = 1000 // the peer is done
	CloseGoingAway   = 1001 // the page is being left
	CloseProtocol    = 1002 // a frame broke the protocol
	CloseNoStatus    = 1005 // a close frame without a code; never sent
	CloseAbnormal    = 1006 // no close frame at all; never sent
	CloseInvalidUTF8 = 1007 // a text was not UTF-8, or could not be inflated
	ClosePolicy      = 1008 // not allowed; coming back is no use
	CloseTooBig      = 1009 // a message was longer than ReadLimit
	CloseInternal    = 1011 // a bug on our side
	CloseRestart     = 1012 // the server shuts down; come back
	CloseTryAgain    = 1013 // the peer was too slow, or the server is full
	CloseRate        = 4029 // too many messages; come back later
	CloseExpired     = 4401 // the session is over; come back with a new one
)

// A CloseError says how a connection ended.
type CloseError struct {
	// Code is what went over the wire: what the peer sent, or what we sent if we
	// closed first. CloseNoStatus is a close frame without a code, CloseAbnormal
	// is an end without a close frame.
	Code   int
	Reason string

	cause error // of an end without a close frame
}

func (e *CloseError) Error() string {
	s := fmt.Sprintf("websocket closed: %d", e.Code)
	if e.Reason != "" {
		s += " " + e.Reason
	}
	if e.cause != nil {
		s += " (" + e.cause.Error() + ")"
	}
	return s
}

// Unwrap returns what ended a connection without a close frame: io.EOF,
// os.ErrDeadlineExceeded for a peer that was silent or did not read, net.ErrClosed
// after CloseNow, or what the network reported.
func (e *CloseError) Unwrap() error { return e.cause }

// cutReason returns s as it can stand in a close frame: without what is not
// UTF-8, and cut between two characters to the 123 bytes that fit.
func cutReason(s string) string {
	const fits = 123
	s = strings.ToValidUTF8(s, "")
	if len(s) <= fits {
		return s
	}
	n := fits
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// CanSend reports whether code may stand in a close frame.
func CanSend(code int) bool {
	switch code {
	case 1004, CloseNoStatus, CloseAbnormal:
		return false
	}
	return 1000 <= code && code <= 1014 || 3000 <= code && code <= 4999
}

// appendClose appends the close frame for e.
func appendClose(b []byte, e *CloseError) []byte {
	if e.Code == CloseNoStatus {
		return append(b, fin|opClose, 0)
	}
	b = append(b, fin|opClose, byte(2+len(e.Reason)), byte(e.Code>>8), byte(e.Code))
	return append(b, e.Reason...)
}

// parseClose returns what a close frame with this payload says, and false with
// what is wrong with it.
func parseClose(p []byte) (*CloseError, bool) {
	if len(p) == 0 {
		return &CloseError{Code: CloseNoStatus}, true
	}
	if len(p) == 1 {
		return &CloseError{Code: CloseProtocol, Reason: "close frame with half a code"}, false
	}
	code := int(binary.BigEndian.Uint16(p))
	if !CanSend(code) {
		return &CloseError{Code: CloseProtocol, Reason: "close frame with an invalid code"}, false
	}
	if !utf8.Valid(p[2:]) {
		return &CloseError{Code: CloseInvalidUTF8, Reason: "close frame with invalid UTF-8"}, false
	}
	return &CloseError{Code: code, Reason: string(p[2:])}, true
}
