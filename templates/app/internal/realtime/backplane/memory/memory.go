package backplane

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strconv"
	"sync"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/backplane"
)

// Memory is the log of a single process. It keeps nothing itself: a record is
// delivered while Append runs, in the caller's goroutine. The offsets count
// from one, and each process has an epoch of its own.
type Memory struct {
	mu     sync.Mutex
	tail   backplane.Tailer
	epoch  string
	last   uint64
	closed bool
}

// Open returns an empty log.
func Open() *Memory {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("backplane: no random numbers: " + err.Error())
	}
	return &Memory{epoch: hex.EncodeToString(b[:])}
}

// Append delivers r before it returns. It does not block on the network.
func (m *Memory) Append(ctx context.Context, r backplane.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return backplane.ErrClosed
	}
	offset := ""
	if !r.Volatile {
		m.last++
		offset = strconv.FormatUint(m.last, 10)
	}
	if m.tail != nil {
		m.tail.Deliver(offset, r)
	}
	return nil
}

// Tail starts no goroutine, and there are no old records to report.
func (m *Memory) Tail(_ context.Context, _ int, t backplane.Tailer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return backplane.ErrClosed
	case m.tail != nil:
		return errors.New("backplane: the log has a tail already")
	}
	m.tail = t
	t.Start(m.epoch, strconv.FormatUint(m.last, 10))
	return nil
}

// Ready reports whether the log is open.
func (m *Memory) Ready() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return backplane.ErrClosed
	}
	return nil
}

// Close ends the log: later calls of Append fail.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.tail = true, nil
	return nil
}
