package transport

import (
	"fmt"
	"unicode/utf8"
)

// Close codes: those of RFC 6455 that are used here, and two of our own.
const (
	CloseNormal      = 1000 // the peer is done
	CloseGoingAway   = 1001 // the page is being left
	CloseProtocol    = 1002 // a frame broke the protocol
	CloseNoStatus    = 1005 // a close frame without a code; never sent
	CloseAbnormal    = 1006 // no close frame at all; never sent
	CloseInvalidUTF8 = 1007 // a text message was not UTF-8
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
}

func (e *CloseError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("websocket closed: %d", e.Code)
	}
	return fmt.Sprintf("websocket closed: %d %s", e.Code, e.Reason)
}

// maxReason is what a control frame of 125 bytes holds besides the code.
const maxReason = 123

// CutReason returns the reason for a close frame: s without what is not UTF-8,
// and cut between two characters so that it fits.
func CutReason(s string) string {
	if len(s) > maxReason {
		n := maxReason
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return s[:i]
			}
		}
	}
	return s
}

// CanSend reports whether code may stand in a close frame.
func CanSend(code int) bool {
	switch {
	case code >= 3000 && code < 5000:
		return true
	case code < 1000 || code > 1014:
		return false
	}
	return code != 1004 && code != CloseNoStatus && code != CloseAbnormal
}
