package transport

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// clientFrame returns a frame with the mask 01020304.
func clientFrame(first byte, payload string) []byte {
	b := []byte{first, 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		b = []byte{first, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	b = append(b, 1, 2, 3, 4)
	for i := range []byte(payload) {
		b = append(b, payload[i]^byte(i%4+1))
	}
	return b
}

// Wherever a read ends, the library sees the same bytes, and the verdict is the
// same. It never sees so much of a bad header that it could judge itself.
func TestGuardWhereverReadsEnd(t *testing.T) {
	long := func(first byte, size uint64) []byte {
		b := binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, size)
		return append(b, 1, 2, 3, 4)
	}
	good := bytes.Join([][]byte{
		clientFrame(0x81, "text"), clientFrame(0x02, ""), clientFrame(0x89, "ping"), clientFrame(0x00, "frag"),
		clientFrame(0x80, string(make([]byte, 200))), clientFrame(0x8a, ""),
	}, nil)
	for _, x := range []struct {
		name     string
		bytes    []byte
		enough   int // bytes of it that show what it is
		code     int
		fromPeer bool
		closed   bool
	}{
		{"nothing", nil, 0, 0, false, false},
		{"close", clientFrame(0x88, "\x0f\xa1bye"), 11, 4001, true, true},
		{"empty close", clientFrame(0x88, ""), 6, CloseNoStatus, true, true},
		{"bad close", clientFrame(0x88, "\x00\x00"), 8, CloseProtocol, false, true},
		{"no mask", []byte{0x81, 1, 'x'}, 2, CloseProtocol, false, false},
		{"unknown opcode", clientFrame(0x83, "x"), 2, CloseProtocol, false, false},
		{"unknown opcode, then close", append(clientFrame(0x83, "x"), clientFrame(0x88, "\x03\xea")...), 2, CloseProtocol, false, true},
		{"long ping", clientFrame(0x89, string(make([]byte, 126))), 2, CloseProtocol, false, false},
		{"long close", clientFrame(0x88, string(make([]byte, 126))), 2, CloseProtocol, false, false},
		{"over the limit", long(0x82, 1001), 10, CloseTooBig, false, false},
		{"over any limit", append(long(0x82, 1<<63), clientFrame(0x88, "")...), 10, CloseProtocol, false, false},
	} {
		all := append(append([]byte(nil), good...), x.bytes...)
		for chunk := 1; chunk <= len(all); chunk++ {
			g := guard{limit: 1000}
			passed := 0
			for p := all; len(p) > 0; {
				n := chunk
				if n > len(p) {
					n = len(p)
				}
				passed += g.feed(p[:n])
				p = p[n:]
			}
			code := 0
			if g.stop != nil {
				code = g.stop.Code
			}
			if code != x.code || g.fromPeer != x.fromPeer || g.closed != x.closed {
				t.Errorf("%s, %d bytes a read: code %d, from the peer %v, closed %v", x.name, chunk, code, g.fromPeer, g.closed)
			}
			if passed < len(good) || x.enough > 0 && passed >= len(good)+x.enough {
				t.Errorf("%s, %d bytes a read: %d bytes passed, of %d good ones", x.name, chunk, passed, len(good))
			}
		}
	}
}

// Whatever comes, the guard does not panic, passes no more than it gets, and
// comes to the same verdict when the bytes come one at a time.
func FuzzGuard(f *testing.F) {
	f.Add(clientFrame(0x81, "text"), true)
	f.Add(clientFrame(0x88, "\x03\xe8bye"), false)
	f.Add([]byte{0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0}, false)
	f.Fuzz(func(t *testing.T, p []byte, deflate bool) {
		whole := guard{limit: 100, deflate: deflate}
		if n := whole.feed(p); n > len(p) {
			t.Fatalf("passed %d of %d bytes", n, len(p))
		}
		split := guard{limit: 100, deflate: deflate}
		for i := range p {
			split.feed(p[i : i+1])
		}
		if (whole.stop == nil) != (split.stop == nil) || whole.closed != split.closed || whole.lost != split.lost {
			t.Fatalf("at once: %+v; byte by byte: %+v", whole, split)
		}
		if whole.stop != nil && *whole.stop != *split.stop {
			t.Fatalf("at once: %v; byte by byte: %v", whole.stop, split.stop)
		}
	})
}
