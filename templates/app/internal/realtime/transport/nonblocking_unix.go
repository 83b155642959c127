//go:build unix

package transport

import (
	"net"
	"os"
	"syscall"
)

// A socket can be written to without ever blocking. It must not be used by two
// goroutines at a time.
type socket struct {
	raw syscall.RawConn
	try func(fd uintptr) bool

	p   []byte
	n   int
	err error
}

// newSocket returns nil if nc is no plain socket. That a type has SyscallConn is
// not enough: what is between it and the socket (TLS, a counter) would be passed
// over.
func newSocket(nc net.Conn) *socket {
	var raw syscall.RawConn
	var err error
	switch nc := nc.(type) {
	case *net.TCPConn:
		raw, err = nc.SyscallConn()
	case *net.UnixConn:
		raw, err = nc.SyscallConn()
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	s := &socket{raw: raw}
	s.try = func(fd uintptr) bool {
		for {
			s.n, s.err = syscall.Write(int(fd), s.p)
			if s.err != syscall.EINTR {
				return true // also if it would block: do not wait
			}
		}
	}
	return s
}

// write returns how much of p the socket has taken; it may be nothing.
func (s *socket) write(p []byte) (int, error) {
	s.p = p
	err := s.raw.Write(s.try)
	s.p = nil
	switch {
	case err != nil:
		return 0, err
	case s.err == syscall.EAGAIN:
		return 0, nil
	case s.err != nil:
		return 0, os.NewSyscallError("write", s.err)
	}
	return s.n, nil
}
