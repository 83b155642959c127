package transporttest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// Bench measures what a transport costs on loopback: a message of 200 bytes that
// is read, and one that is written in each way. MaskedFrames of a backlog are read
// together, as they come from the kernel.
func Bench[S Acceptor](b *testing.B, newServer func(transport.Options) S) {
	payload := []byte(strings.Repeat("x", 200))
	frame := transport.AppendFrame(nil, transport.Text, payload)

	open := func(b *testing.B, onMessage func()) (net.Conn, transport.Conn) {
		acceptor := newServer(transport.Options{})
		conns := make(chan transport.Conn, 1)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := acceptor.Accept(w, r)
			if err != nil {
				b.Error(err)
				return
			}
			conns <- c
			go c.ReadLoop(func(transport.MessageType, []byte) { onMessage() })
		}))
		b.Cleanup(s.Close)
		c, _, err := Dialer{}.Try(s.URL)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { c.nc.Close() })
		return c.nc, <-conns
	}

	b.Run("read", func(b *testing.B) {
		read := make(chan bool, 1)
		n := 0
		nc, _ := open(b, func() {
			if n++; n == b.N {
				read <- true
			}
		})
		const batch = 64
		frames := []byte(strings.Repeat(string(MaskedFrame(Fin|OpText, payload, 0xdeadbeef)), batch))
		b.ReportAllocs()
		b.ResetTimer()
		for left := b.N; left > 0; left -= batch {
			part := frames
			if left < batch {
				part = frames[:left*len(frames)/batch]
			}
			if _, err := nc.Write(part); err != nil {
				b.Fatal(err)
			}
		}
		<-read
	})

	for name, write := range map[string]func(transport.Conn) error{
		"Write":       func(c transport.Conn) error { return c.Write(transport.Text, payload) },
		"WriteFrames": func(c transport.Conn) error { return c.WriteFrames(frame) },
		"TryWriteFrames": func(c transport.Conn) error {
			pending, err := c.TryWriteFrames(frame)
			if pending {
				err = c.WriteFrames(nil)
			}
			return err
		},
	} {
		write := write
		b.Run(name, func(b *testing.B) {
			nc, c := open(b, func() {})
			go io.Copy(io.Discard, nc)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				if err := write(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}

	// The client's side is left out as far as the heap goes, but not its socket.
	b.Run("idle", func(b *testing.B) {
		const n = 500
		for i := 0; i < b.N; i++ {
			acceptor := newServer(transport.Options{})
			accepted := make(chan bool, n)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if c, err := acceptor.Accept(w, r); err == nil {
					go c.ReadLoop(func(transport.MessageType, []byte) {})
				}
				accepted <- true
			}))
			clients := make([]net.Conn, n)
			before := inUse()
			for i := range clients {
				c, _, err := Dialer{}.Try(s.URL)
				if err != nil {
					b.Fatal(err)
				}
				clients[i] = c.nc
				<-accepted
			}
			b.ReportMetric(float64(inUse()-before)/n, "B/conn")
			for _, nc := range clients {
				nc.Close()
			}
			s.Close()
		}
	})
}

// inUse returns the bytes of heap and stacks.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
