package transport

import "encoding/binary"

// AppendFrame appends a frame that a server sends: whole, not masked, not
// deflated. It is the same for every client, so it can be made once and written
// to many connections with WriteFrames.
func AppendFrame(b []byte, t MessageType, p []byte) []byte {
	const fin = 0x80
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
