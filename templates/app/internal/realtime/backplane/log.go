// Package backplane carries published events to every node of the application.
//
// There is one ordered log: publishing appends to it, and each node, the
// publishing one too, delivers what it reads from it. So all nodes see the same
// events in the same order under the same offsets, and a client that comes back
// may resume on any of them.
package backplane

import (
	"context"
	"errors"
)

// ErrClosed is returned by a Log after Close.
var ErrClosed = errors.New("backplane: log is closed")

// A Record is one published event.
type Record struct {
	Topic    string
	Event    string
	Data     []byte // the event's data, encoded
	Except   string // id of a connection that is not to get it, or ""
	Volatile bool   // may be lost: not kept for resuming, and has no offset
	Key      string // of volatile records: a newer one with this topic, event and key replaces an older one
}

// A Log is an ordered sequence of records, shared by all nodes.
// Its methods may be called concurrently.
type Log interface {
	// Append adds r. When it returns nil, r is in the log; it may have been
	// delivered already. It may block as long as ctx allows.
	Append(ctx context.Context, r Record) error

	// Tail reports the records of the log to t, until Close. It calls t.Start
	// before it returns, then t.Deliver for up to n of the newest records that
	// are there already and for each new one. Calls are made one at a time, in
	// the order of the log. A Log has one Tail.
	Tail(ctx context.Context, n int, t Tailer) error

	// Ready reports why the log cannot be appended to or read, or nil.
	Ready() error

	// Close ends Tail and lets the log's resources go. It does not wait for
	// records that others append.
	Close() error
}

// A Tailer takes what a Log reports. Offsets are opaque: they can be compared
// for equality and nothing else.
type Tailer interface {
	// Start tells the epoch of the log and the offset of its newest record.
	// It is called again when the log has lost records: nothing that was read
	// under another epoch can be resumed.
	Start(epoch, offset string)

	// Deliver hands over a record. The offset of a volatile record is "".
	Deliver(offset string, r Record)
}
