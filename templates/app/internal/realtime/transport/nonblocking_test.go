//go:build unix

package transport

import (
	"syscall"
	"testing"
)

// A busySocket takes half of each write, and meanwhile others write as well.
type busySocket struct {
	syscall.RawConn
	meanwhile func()
}

func (b busySocket) Write(func(uintptr) bool) error { b.meanwhile(); return nil }

// What one TryWriteFrames could not write goes in front of what another has kept
// in the meantime: it is the rest of a frame.
func TestTryWriteFramesAtTheSameTime(t *testing.T) {
	p := &pipe{}
	s := newTestStream(p)
	s.socket = &socket{}
	s.socket.raw = busySocket{meanwhile: func() {
		if pending, err := s.TryWriteFrames([]byte("other")); !pending || err != nil {
			t.Errorf("TryWriteFrames: %v, %v", pending, err)
		}
		s.socket.n = len("fra")
	}}
	if pending, err := s.TryWriteFrames([]byte("frame")); !pending || err != nil {
		t.Errorf("TryWriteFrames: %v, %v", pending, err)
	}
	s.socket = nil
	if s.WriteFrames(nil); string(p.written) != "meother" {
		t.Errorf("kept %q, want %q", p.written, "meother")
	}
}
