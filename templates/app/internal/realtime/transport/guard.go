package transport

import (
	"encoding/binary"
	"math"
)

// A guard follows the frames of a client through the bytes that are read, before
// the library sees them, and stops where they break the protocol or end it.
//
// The libraries differ in what they let pass, in the code they close with and in
// whether they say it at all; one can be made to panic by a length. A rule that
// stands here holds for all of them, with the same code and the same reason.
// What is in a message (UTF-8, deflate) is not looked at.
type guard struct {
	limit   int64 // payload bytes of one message, as they come over the wire
	deflate bool  // permessage-deflate was agreed upon

	stop     *CloseError // why the library is shown no more
	fromPeer bool        // stop is what the peer's close frame says
	closed   bool        // the peer's close frame has come
	lost     bool        // where the next frame begins cannot be known

	head [14]byte // header of the frame that comes
	have int      // bytes of it that are there
	left int64    // payload bytes of this frame that are still to come
	op   byte
	open bool    // more fragments of a message are to come
	size int64   // of the message so far
	body []byte  // payload of a close frame
	key  [4]byte // mask of this frame
}

// feed takes the next bytes and returns how many of them the library may see.
// Once stop is set that is none, and feed only looks for the close frame.
func (g *guard) feed(p []byte) (pass int) {
	for i := 0; i < len(p) && !g.closed && !g.lost; {
		if g.left == 0 {
			n := copy(g.head[g.have:g.headLen()], p[i:])
			i += n
			g.have += n
			if g.have < g.headLen() {
				continue
			}
			g.begin()
		} else {
			n := len(p) - i
			if int64(n) > g.left {
				n = int(g.left)
			}
			if g.op == opClose {
				g.body = append(g.body, p[i:i+n]...)
			}
			i += n
			g.left -= int64(n)
		}
		if g.left == 0 && g.op == opClose && !g.lost {
			g.end()
		}
		if g.stop == nil {
			pass = i
		}
	}
	return pass
}

// headLen is how long the header is, as far as its first bytes tell.
func (g *guard) headLen() int {
	if g.have < 2 {
		return 2
	}
	n := 2
	switch g.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if g.masked() {
		n += 4
	}
	return n
}

func (g *guard) masked() bool { return g.head[1]&0x80 != 0 }

// begin takes the header that is there now.
func (g *guard) begin() {
	size := uint64(g.head[1] & 0x7f)
	switch size {
	case 126:
		size = uint64(binary.BigEndian.Uint16(g.head[2:]))
	case 127:
		size = binary.BigEndian.Uint64(g.head[2:])
	}
	g.lost = size > math.MaxInt64
	g.left = int64(size)
	g.op = g.head[0] & 0x0f
	if g.stop == nil {
		g.stop = g.check()
	}
	if g.masked() {
		copy(g.key[:], g.head[g.have-len(g.key):])
	}
	if g.op == opClose && g.left > maxControl {
		g.op = opPing // to be skipped, as all others are
	}
	g.have = 0
}

// check returns what is wrong with the header.
func (g *guard) check() *CloseError {
	b := g.head[0]
	allowed := byte(0)
	if g.deflate && (g.op == byte(Text) || g.op == byte(Binary)) {
		allowed = rsv1
	}
	switch {
	case !g.masked():
		return breach("frame is not masked")
	case g.lost:
		return breach("frame length is out of range")
	case b&rsv&^allowed != 0:
		return breach("reserved bits are set")
	}

	switch g.op {
	case opClose, opPing, opPong:
		switch {
		case b&fin == 0:
			return breach("control frame is fragmented")
		case g.left > maxControl:
			return breach("control frame is too long")
		}
		return nil
	case opContinuation:
		if !g.open {
			return breach("fragment without a beginning")
		}
	case byte(Text), byte(Binary):
		if g.open {
			return breach("message begins inside another")
		}
		g.size = 0
	default:
		return breach("unknown opcode")
	}
	g.open = b&fin == 0
	if g.left > g.limit-g.size {
		return tooBig()
	}
	g.size += g.left
	return nil
}

// end takes the close frame that is there now.
func (g *guard) end() {
	g.closed = true
	if g.stop != nil {
		return
	}
	for i := range g.body {
		g.body[i] ^= g.key[i&3]
	}
	g.stop, g.fromPeer = parseClose(g.body)
}

func breach(reason string) *CloseError { return &CloseError{Code: CloseProtocol, Reason: reason} }

func tooBig() *CloseError { return &CloseError{Code: CloseTooBig, Reason: "message is too big"} }
