package transport

import "encoding/binary"

// What the first byte of a frame is made of (RFC 6455, section 5.2).
const (
	fin  = 0x80
	rsv1 = 0x40 // the message is deflated (RFC 7692)
	rsv  = 0x70

	opContinuation = 0
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// maxControl is the longest payload of a close, ping or pong.
const maxControl = 125

// AppendFrame appends a frame that a server sends: whole, not masked, not
// deflated. It is the same for every client, so it can be made once and written
// to many connections with WriteFrames.
func AppendFrame(b []byte, t MessageType, p []byte) []byte {
	b = append(b, fin|byte(t))
	switch n := len(p); {
	case n <= 125:
		b = append(b, byte(n))
	case n <= 0xffff:
		b = append(b, 126, byte(n>>8), byte(n))
	default:
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(n))
		b = append(append(b, 127), size[:]...)
	}
	return append(b, p...)
}

// wholeMessages reports whether b, which a server has made, ends where a message
// ends.
func wholeMessages(b []byte) bool {
	open := false // a message has begun and its last fragment has not come
	for len(b) >= 2 {
		head, n := 2, uint64(b[1])
		switch n {
		case 126:
			head = 4
		case 127:
			head = 10
		}
		if len(b) < head {
			return false
		}
		switch n {
		case 126:
			n = uint64(binary.BigEndian.Uint16(b[2:]))
		case 127:
			n = binary.BigEndian.Uint64(b[2:])
		}
		if uint64(len(b)-head) < n {
			return false
		}
		if b[0]&opClose == 0 { // control frames may stand between fragments
			open = b[0]&fin == 0
		}
		b = b[head+int(n):]
	}
	return len(b) == 0 && !open
}
