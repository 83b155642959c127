package transporttest

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

func (b backend) testMessages(t *testing.T) {
	s := b.serve(t, setup{Options: transport.Options{ReadLimit: 500_000}})

	t.Run("of every size are echoed", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		for _, size := range []int{0, 1, 125, 126, 127, 1023, 1024, 1025, 4096, 65535, 65536, 500_000} {
			for _, typ := range []transport.MessageType{transport.Text, transport.Binary} {
				p := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
				c.SendMessage(typ, p)
				if gotType, got := c.Read(); gotType != typ || !bytes.Equal(got, p) {
					t.Errorf("message %d of %d bytes comes back as %d of %d bytes", typ, size, gotType, len(got))
				}
			}
		}
	})

	t.Run("keep their order", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		var all []byte
		const n = 500
		for i := 0; i < n; i++ {
			all = append(all, MaskedFrame(Fin|OpText, []byte(fmt.Sprint(i)), uint32(i))...)
		}
		c.Raw(all)
		for i := 0; i < n; i++ {
			if got := c.ReadText(); got != fmt.Sprint(i) {
				t.Fatalf("message %d is %s", i, got)
			}
		}
	})

	t.Run("are put together from fragments, with control frames between", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		c.SendFrame(OpText, "")
		c.Ping("one")
		c.SendFrame(OpContinuation, "frag")
		c.SendFrame(Fin|OpPong, "nobody asked")
		c.SendFrame(OpContinuation, "men")
		c.Ping("two")
		c.SendFrame(Fin|OpContinuation, "ts")
		for _, want := range []string{"one", "two"} {
			if f := c.Next(); f.Op() != OpPong || string(f.Payload) != want {
				t.Errorf("%v, want the pong %q", f, want)
			}
		}
		if got := c.ReadText(); got != "fragments" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("may be split anywhere", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		var all []byte
		for _, text := range []string{"", "short", strings.Repeat("é", 200)} {
			all = append(all, MaskedFrame(Fin|OpText, []byte(text), 0x01020304)...)
			all = append(all, MaskedFrame(Fin|OpPing, []byte(text[:len(text)/4]), 0x05060708)...)
		}
		for i := range all {
			c.Raw(all[i : i+1])
		}
		for _, want := range []string{"", "short", strings.Repeat("é", 200)} {
			if got := c.ReadText(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})

	t.Run("may have a character in two fragments", func(t *testing.T) {
		c := Dial(t, s.URL, nil)
		c.SendFrame(OpText, "caf\xc3")
		c.SendFrame(Fin|OpContinuation, "\xa9")
		if got := c.ReadText(); got != "café" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("may be as long as the limit", func(t *testing.T) {
		s := b.serve(t, setup{Options: transport.Options{ReadLimit: 1000}})
		c := Dial(t, s.URL, nil)
		c.Send(strings.Repeat("x", 1000))
		c.SendFrame(OpText, strings.Repeat("x", 500))
		c.SendFrame(Fin|OpContinuation, strings.Repeat("x", 500))
		for i := 0; i < 2; i++ {
			if got := c.ReadText(); len(got) != 1000 {
				t.Errorf("echo of %d bytes", len(got))
			}
		}
	})
}

func (b backend) testDeflate(t *testing.T) {
	const limit = 500_000
	s := b.serve(t, setup{Options: transport.Options{ReadLimit: limit, Compression: true}})
	dial := func(t *testing.T) (*Client, transport.Conn) {
		c := Dialer{Deflate: true}.Dial(t, s.URL)
		conn := s.conn()
		if !c.Compressed() || !conn.Compressed() {
			t.Fatalf("agreed upon: client %v, server %v", c.Compressed(), conn.Compressed())
		}
		return c, conn
	}

	t.Run("is agreed upon only where both want it and can do it", func(t *testing.T) {
		for _, x := range []struct {
			offer string
			want  bool
		}{
			{"", false},
			{"permessage-deflate", true},
			{"permessage-deflate; client_max_window_bits", true}, // what browsers offer
			{"permessage-deflate; client_max_window_bits=10; server_no_context_takeover", true},
			{"permessage-deflate; server_max_window_bits=15", true},
			{"permessage-deflate; server_max_window_bits=10", false},
			{"permessage-deflate; server_max_window_bits=10, permessage-deflate", true},
			{"permessage-deflate; unknown", false},
			{"x-webkit-deflate-frame", false},
			{"permessage-deflate-not", false},
		} {
			h := http.Header{}
			if x.offer != "" {
				h.Set("Sec-Websocket-Extensions", x.offer)
			}
			c := Dial(t, s.URL, h)
			conn := s.conn()
			if c.Compressed() != x.want || conn.Compressed() != x.want {
				t.Errorf("offer %q: client has %v, server has %v, want %v", x.offer, c.Compressed(), conn.Compressed(), x.want)
			}
			echo(t, c)
		}
		off := b.serve(t, setup{})
		if c := (Dialer{Deflate: true}).Dial(t, off.URL); c.Compressed() || off.conn().Compressed() {
			t.Error("deflate without Options.Compression")
		}
	})

	t.Run("messages of every size are echoed", func(t *testing.T) {
		c, _ := dial(t)
		for _, size := range []int{0, 1, 126, 511, 512, 5000, 65536, limit} {
			p := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
			c.SendMessage(transport.Binary, p)
			if typ, got := c.Read(); typ != transport.Binary || !bytes.Equal(got, p) {
				t.Errorf("message of %d bytes comes back with %d", size, len(got))
			}
		}
	})

	t.Run("deflates what is worth it", func(t *testing.T) {
		c, conn := dial(t)
		onWire := func(message []byte) (deflated bool, size int) {
			if err := conn.Write(transport.Text, message); err != nil {
				t.Fatal(err)
			}
			f := c.Next()
			for deflated, size = f.First&RSV1 != 0, len(f.Payload); f.First&Fin == 0; size += len(f.Payload) {
				f = c.Next()
			}
			return deflated, size
		}
		if deflated, size := onWire([]byte("short")); deflated || size != len("short") {
			t.Errorf("short message: deflated %v, %d bytes", deflated, size)
		}
		if deflated, size := onWire(bytes.Repeat([]byte("long "), 2000)); !deflated || size > 1000 {
			t.Errorf("long message: deflated %v, %d bytes", deflated, size)
		}
	})

	t.Run("frames and messages may be mixed, deflated or not", func(t *testing.T) {
		c, conn := dial(t)
		conn.WriteFrames(transport.AppendFrame(nil, transport.Text, []byte("as it is")))
		conn.Write(transport.Text, bytes.Repeat([]byte("x"), 1000))
		c.SendFrame(Fin|OpText, "as it is")
		c.SendFrame(RSV1|OpText, string(Deflate([]byte("in fragments"))[:5]))
		c.SendFrame(Fin|OpContinuation, string(Deflate([]byte("in fragments"))[5:]))
		for _, want := range []string{"as it is", strings.Repeat("x", 1000), "as it is", "in fragments"} {
			if got := c.ReadText(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}
