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
	op   byte
	key  [4]byte
	left int64  // payload bytes that are still to come
	body []byte // payload of a close frame

	open bool  // more fragments of a message are to come
	size int64 // of the message so far
}

// feed takes the next bytes and returns how many of them the library may see.
// Once stop is set that is none, and feed only looks for the close frame.
func (g *guard) feed(p []byte) (pass int) {
	for i := 0; i < len(p) && !g.closed && !g.lost; {
		if g.left > 0 {
			i += g.payload(p[i:])
		} else {
			i += g.header(p[i:])
		}
		if g.stop == nil {
			pass = i
		}
	}
	return pass
}

// header takes what p has of a header and returns how much that is. It is checked
// as soon as there is something to check, or a library might complain first.
func (g *guard) header(p []byte) int {
	sized, whole := g.headLen()
	end := whole
	if g.have < sized {
		end = sized
	}
	n := copy(g.head[g.have:end], p)
	if g.have += n; g.have < end {
		return n
	}
	if g.have == 2 {
		g.refuse(g.checkKind())
		sized, whole = g.headLen()
	}
	if g.have == sized {
		g.refuse(g.checkSize())
	}
	if g.have == whole {
		g.begin()
	}
	return n
}

// headLen is how long the header is without and with the mask, as far as its
// first two bytes tell.
func (g *guard) headLen() (sized, whole int) {
	sized = 2
	if g.have < 2 {
		return sized, sized
	}
	switch g.head[1] & 0x7f {
	case 126:
		sized += 2
	case 127:
		sized += 8
	}
	if g.masked() {
		return sized, sized + len(g.key)
	}
	return sized, sized
}

func (g *guard) masked() bool { return g.head[1]&0x80 != 0 }

func (g *guard) payloadLen() uint64 {
	switch n := g.head[1] & 0x7f; n {
	case 126:
		return uint64(binary.BigEndian.Uint16(g.head[2:]))
	case 127:
		return binary.BigEndian.Uint64(g.head[2:])
	default:
		return uint64(n)
	}
}

func (g *guard) refuse(e *CloseError) {
	if g.stop == nil {
		g.stop = e
	}
}

// checkKind returns what is wrong with the first two bytes of a header.
func (g *guard) checkKind() *CloseError {
	first := g.head[0]
	g.op = first & 0x0f
	final := first&fin != 0
	isMessage := g.op == byte(Text) || g.op == byte(Binary)

	reserved := byte(rsv)
	if g.deflate && isMessage {
		reserved &^= rsv1
	}
	switch {
	case !g.masked():
		return breach("frame is not masked")
	case first&reserved != 0:
		return breach("reserved bits are set")
	case isMessage && g.open:
		return breach("message begins inside another")
	case isMessage:
		g.open, g.size = !final, 0
	case g.op == opContinuation && !g.open:
		return breach("fragment without a beginning")
	case g.op == opContinuation:
		g.open = !final
	case g.op != opClose && g.op != opPing && g.op != opPong:
		return breach("unknown opcode")
	case !final:
		return breach("control frame is fragmented")
	case g.head[1]&0x7f > maxControl: // 126 and 127 say that the length follows
		return breach("control frame is too long")
	}
	return nil
}

// checkSize returns what is wrong with the length of a frame.
func (g *guard) checkSize() *CloseError {
	n := g.payloadLen()
	if n > math.MaxInt64 {
		g.lost = true
		return breach("frame length is out of range")
	}
	if g.op >= opClose {
		return nil
	}
	if int64(n) > g.limit-g.size {
		return tooBig()
	}
	g.size += int64(n)
	return nil
}

// begin begins the payload, for the header is whole.
func (g *guard) begin() {
	if g.masked() {
		copy(g.key[:], g.head[g.have-len(g.key):])
	}
	g.left = int64(g.payloadLen())
	g.have = 0
	if g.op == opClose && g.left > maxControl {
		g.op = opPing // to be skipped, as all others are
	}
	if g.op == opClose && g.left == 0 {
		g.end()
	}
}

// payload takes what p has of the payload and returns how much that is.
func (g *guard) payload(p []byte) int {
	if int64(len(p)) > g.left {
		p = p[:g.left]
	}
	g.left -= int64(len(p))
	if g.op == opClose {
		g.body = append(g.body, p...)
		if g.left == 0 {
			g.end()
		}
	}
	return len(p)
}

// end takes the close frame, which is whole.
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
