package transporttest

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// What the first byte of a frame is made of.
const (
	Fin  = 0x80
	RSV1 = 0x40
	RSV2 = 0x20
	RSV3 = 0x10

	OpContinuation = 0
	OpText         = 1
	OpBinary       = 2
	OpClose        = 8
	OpPing         = 9
	OpPong         = 10
)

// A Frame is what the server has sent.
type Frame struct {
	First   byte // Fin, RSV bits and opcode
	Payload []byte
}

// Op returns the opcode.
func (f Frame) Op() byte { return f.First & 0x0f }

func (f Frame) String() string {
	p := f.Payload
	if len(p) > 40 {
		p = p[:40]
	}
	return fmt.Sprintf("frame %#02x with %d bytes %q", f.First, len(f.Payload), p)
}

// Next returns the next frame, of any kind. It waits for the timeout of the
// Dialer at most, and answers nothing.
func (c *Client) Next() Frame {
	c.tb.Helper()
	f, err := c.TryNext()
	if err != nil {
		c.tb.Fatalf("waiting for a frame: %v", err)
	}
	return f
}

// TryNext is Next for any goroutine.
func (c *Client) TryNext() (Frame, error) {
	c.nc.SetReadDeadline(time.Now().Add(c.timeout))
	var head [8]byte
	if _, err := io.ReadFull(c.br, head[:2]); err != nil {
		return Frame{}, err
	}
	f, n := Frame{First: head[0]}, uint64(head[1])
	switch n {
	case 126:
		_, err := io.ReadFull(c.br, head[:2])
		if err != nil {
			return f, err
		}
		n = uint64(binary.BigEndian.Uint16(head[:]))
	case 127:
		_, err := io.ReadFull(c.br, head[:8])
		if err != nil {
			return f, err
		}
		n = binary.BigEndian.Uint64(head[:])
	}
	if n > 64<<20 {
		return f, fmt.Errorf("%#02x with %d bytes is no frame of a server", f.First, n)
	}
	f.Payload = make([]byte, n)
	_, err := io.ReadFull(c.br, f.Payload)
	return f, err
}

// Read returns the next message, put together and inflated, and answers pings.
func (c *Client) Read() (transport.MessageType, []byte) {
	c.tb.Helper()
	t, p, err := c.TryRead()
	if err != nil {
		c.tb.Fatalf("waiting for a message: %v", err)
	}
	return t, p
}

// TryRead is Read for any goroutine. When the server closes it returns a
// *transport.CloseError and answers nothing.
func (c *Client) TryRead() (transport.MessageType, []byte, error) {
	var whole []byte
	var first byte
	for {
		f, err := c.TryNext()
		if err != nil {
			return 0, nil, err
		}
		switch f.Op() {
		case OpClose:
			code, reason := parseClose(f.Payload)
			return 0, nil, &transport.CloseError{Code: code, Reason: reason}
		case OpPing:
			if err := c.tryFrame(Fin|OpPong, f.Payload); err != nil {
				return 0, nil, err
			}
			continue
		case OpPong:
			continue
		case OpText, OpBinary:
			if first != 0 {
				return 0, nil, errors.New("a message begins inside another: " + f.String())
			}
			first = f.First
		case OpContinuation:
			if first == 0 {
				return 0, nil, errors.New("a fragment without a beginning: " + f.String())
			}
		default:
			return 0, nil, errors.New("unknown opcode: " + f.String())
		}
		whole = append(whole, f.Payload...)
		if f.First&Fin == 0 {
			continue
		}
		t := transport.MessageType(first & 0x0f)
		if first&RSV1 != 0 {
			whole, err = Inflate(whole)
		}
		return t, whole, err
	}
}

// ReadText returns the next message, which has to be a text.
func (c *Client) ReadText() string {
	c.tb.Helper()
	t, p := c.Read()
	if t != transport.Text {
		c.tb.Fatalf("message of %d bytes is not a text", len(p))
	}
	return string(p)
}

// ReadJSON returns the next message, which has to be a JSON object.
func (c *Client) ReadJSON() map[string]any {
	c.tb.Helper()
	text := c.ReadText()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		c.tb.Fatalf("%v in message %s", err, text)
	}
	return v
}

// awaitClose drops frames until the close frame, and returns what that says.
func (c *Client) awaitClose() (int, string) {
	for {
		f, err := c.TryNext()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.tb.Fatal("waiting for the server to close: ", err)
		}
		if err != nil {
			return transport.CloseAbnormal, err.Error()
		}
		if f.Op() == OpClose {
			return parseClose(f.Payload)
		}
	}
}

// expectEOF fails the test if anything follows the close handshake: a browser
// would report 1006 instead of the code.
func (c *Client) expectEOF() {
	c.tb.Helper()
	if f, err := c.TryNext(); err == nil {
		c.tb.Errorf("after the close handshake: %v", f)
	} else if err != io.EOF {
		c.tb.Errorf("after the close handshake: %v, want EOF", err)
	}
}

// MaskedFrame returns a frame as a client sends it.
func MaskedFrame(first byte, p []byte, mask uint32) []byte {
	b := make([]byte, 1, len(p)+14)
	b[0] = first
	switch n := len(p); {
	case n <= 125:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = append(b, 0x80|126, byte(n>>8), byte(n))
	default:
		b = append(b, 0x80|127)
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = binary.BigEndian.AppendUint32(b, mask)
	key := b[len(b)-4:]
	start := len(b)
	b = append(b, p...)
	for i := range p {
		b[start+i] ^= key[i&3]
	}
	return b
}

// Deflate returns p as permessage-deflate sends it.
func Deflate(p []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed)
	w.Write(p)
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
}

// Inflate is the reverse of Deflate.
func Inflate(p []byte) ([]byte, error) {
	tail := []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff}
	return io.ReadAll(flate.NewReader(io.MultiReader(bytes.NewReader(p), bytes.NewReader(tail))))
}

func closePayload(code int, reason string) string {
	if code == 0 {
		return ""
	}
	return string([]byte{byte(code >> 8), byte(code)}) + reason
}

func parseClose(p []byte) (int, string) {
	if len(p) < 2 {
		return transport.CloseNoStatus, ""
	}
	return int(binary.BigEndian.Uint16(p)), string(p[2:])
}
