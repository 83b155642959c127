package transporttest

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// testViolations sends what no client may send. Each time the client is told why,
// with the same code for every library, and so is the caller of ReadLoop.
func (b backend) testViolations(t *testing.T) {
	const limit = 1000
	frame := func(first byte, payload string) []byte { return MaskedFrame(first, []byte(payload), 0xdeadbeef) }
	header := func(first byte, size uint64) []byte {
		h := binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, size)
		return append(h, 1, 2, 3, 4)
	}
	join := func(frames ...[]byte) []byte { return bytes.Join(frames, nil) }
	long := string(make([]byte, 126))
	bomb := string(Deflate(make([]byte, 1<<20))) // 1 MiB in 1 KB

	violations := []struct {
		name    string
		deflate bool
		bytes   []byte
		code    int
	}{
		{"frame without mask", false, []byte{Fin | OpText, 1, 'a'}, 1002},
		{"close frame without mask", false, []byte{Fin | OpClose, 2, 3, 232}, 1002},
		{"RSV1", false, frame(Fin|RSV1|OpText, "x"), 1002},
		{"RSV2", false, frame(Fin|RSV2|OpText, "x"), 1002},
		{"RSV3", false, frame(Fin|RSV3|OpBinary, "x"), 1002},
		{"RSV2 with deflate", true, frame(Fin|RSV2|OpText, "x"), 1002},
		{"RSV1 on a control frame", true, frame(Fin|RSV1|OpPing, "x"), 1002},
		{"RSV1 on a later fragment", true, join(frame(OpText, "x"), frame(Fin|RSV1|OpContinuation, "x")), 1002},
		{"opcode 3", false, frame(Fin|3, "x"), 1002},
		{"opcode 7", false, frame(Fin|7, ""), 1002},
		{"opcode 11", false, frame(Fin|11, ""), 1002},
		{"opcode 15", false, frame(Fin|15, "x"), 1002},
		{"long ping", false, frame(Fin|OpPing, long), 1002},
		{"long pong", false, frame(Fin|OpPong, long), 1002},
		{"long close frame", false, frame(Fin|OpClose, "\x03\xe8"+long), 1002},
		{"ping in fragments", false, frame(OpPing, "x"), 1002},
		{"close frame in fragments", false, frame(OpClose, ""), 1002},
		{"fragment without a beginning", false, frame(Fin|OpContinuation, "x"), 1002},
		{"message inside a message", false, join(frame(OpText, "x"), frame(Fin|OpText, "x")), 1002},
		{"length 2^63", false, header(Fin|OpBinary, 1<<63), 1002},
		{"length 2^64-1", false, header(Fin|OpBinary, 1<<64-1), 1002},
		{"length 2^63-1", false, header(Fin|OpBinary, 1<<63-1), 1009},
		{"half a close code", false, frame(Fin|OpClose, "\x03"), 1002},
		{"close code 0", false, frame(Fin|OpClose, closePayload(1<<16, "")), 1002},
		{"close code 999", false, frame(Fin|OpClose, closePayload(999, "")), 1002},
		{"close code 1004", false, frame(Fin|OpClose, closePayload(1004, "")), 1002},
		{"close code 1005", false, frame(Fin|OpClose, closePayload(1005, "")), 1002},
		{"close code 1006", false, frame(Fin|OpClose, closePayload(1006, "")), 1002},
		{"close code 1015", false, frame(Fin|OpClose, closePayload(1015, "")), 1002},
		{"close code 2000", false, frame(Fin|OpClose, closePayload(2000, "")), 1002},
		{"close code 5000", false, frame(Fin|OpClose, closePayload(5000, "")), 1002},
		{"close reason that is not UTF-8", false, frame(Fin|OpClose, closePayload(1000, "\xff")), 1007},
		{"text that is not UTF-8", false, frame(Fin|OpText, "a\xffb"), 1007},
		{"text that is not UTF-8, deflated", true, frame(Fin|RSV1|OpText, string(Deflate([]byte("a\xffb")))), 1007},
		{"text that ends inside a character", false, join(frame(OpText, "caf"), frame(Fin|OpContinuation, "\xc3")), 1007},
		{"garbage for deflate", true, frame(Fin|RSV1|OpText, "\xff\xff\xff\xff garbage"), 1007},
		{"message over the limit", false, frame(Fin|OpBinary, string(make([]byte, limit+1))), 1009},
		{"header of a message over the limit", false, header(Fin|OpBinary, limit+1), 1009},
		{"fragments over the limit", false, join(frame(OpBinary, string(make([]byte, limit))), frame(Fin|OpContinuation, "x")), 1009},
		{"deflated message over the limit", true, frame(Fin|RSV1|OpBinary, string(Deflate(make([]byte, limit+1)))), 1009},
		{"deflate bomb", true, join(frame(RSV1|OpBinary, bomb[:limit/2]), frame(OpContinuation, bomb[limit/2:limit-100]), frame(Fin|OpContinuation, "")), 1009},
	}

	s := b.serve(t, setup{Options: transport.Options{ReadLimit: limit, Compression: true}})
	for _, x := range violations {
		x := x
		t.Run(x.name, func(t *testing.T) {
			c := Dialer{Deflate: x.deflate}.Dial(t, s.URL)
			c.Raw(frame(Fin|OpText, "right"))
			if got := c.ReadText(); got != "right" {
				t.Fatalf("echo %q", got)
			}
			c.Raw(x.bytes)
			code, reason := c.awaitClose()
			if code != x.code || reason == "" {
				t.Errorf("the client was closed with %d %q, want %d and why", code, reason, x.code)
			}
			c.Hangup() // where the next frame begins may not be known
			s.wantEnd(x.code, reason)
		})
	}

	t.Run("what came before is delivered", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		c.Raw(join(frame(Fin|OpText, "one"), frame(Fin|OpText, "two"), frame(Fin|3, "")))
		if one, two := c.ReadText(), c.ReadText(); one != "one" || two != "two" {
			t.Errorf("got %q and %q", one, two)
		}
		if code, _ := c.ExpectClose(); code != 1002 {
			t.Errorf("closed with %d", code)
		}
		s.end()
	})

	// The usual client is a browser whose message was too long.
	t.Run("a client that goes on and then answers sees the code", func(t *testing.T) {
		for _, bad := range [][]byte{
			frame(Fin|OpBinary, string(make([]byte, 300<<10))),
			frame(Fin|OpText, "\xff"),
			frame(Fin|RSV1|OpText, "x"),
		} {
			c := Dial(t, s.URL, nil)
			c.Raw(bad)
			c.Raw(frame(Fin|OpText, "and another"))
			code, reason := c.ExpectClose() // also that TCP is closed, and not reset
			s.wantEnd(code, reason)
		}
	})

	// A limit may be as high as one likes, and a header costs 14 bytes.
	t.Run("a message that is only announced takes no memory", func(t *testing.T) {
		s := b.serve(t, setup{Options: transport.Options{ReadLimit: math.MaxInt32}})
		c := Dial(t, s.URL, nil)
		s.conn()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c.Raw(header(Fin|OpBinary, 1<<30))
		c.Hangup()
		s.end()
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 1<<29 {
			t.Errorf("%d bytes were allocated", after.TotalAlloc-before.TotalAlloc)
		}
	})

	t.Run("the server goes on", func(t *testing.T) { echo(t, Dial(t, s.URL, nil)) })
}
