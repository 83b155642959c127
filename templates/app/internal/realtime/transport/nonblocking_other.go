//go:build !unix

package transport

import "net"

// A socket could be written to without blocking; here there is none.
type socket struct{}

func newSocket(net.Conn) *socket { return nil }

func (*socket) write([]byte) (int, error) { return 0, nil }
