package transporttest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// testSlowPeers writes more than a client reads.
func (b backend) testSlowPeers(t *testing.T) {
	frame := transport.AppendFrame(nil, transport.Binary, make([]byte, 32<<10))

	for name, write := range map[string]func(transport.Conn) error{
		"Write":       func(c transport.Conn) error { return c.Write(transport.Binary, make([]byte, 32<<10)) },
		"WriteFrames": func(c transport.Conn) error { return c.WriteFrames(frame) },
	} {
		name, write := name, write
		t.Run(name+" gives up after WriteTimeout", func(t *testing.T) {
			t.Parallel()
			const timeout = 100 * time.Millisecond
			s := b.serve(t, setup{Options: transport.Options{WriteTimeout: timeout, CloseWait: time.Minute}, config: smallBuffers})
			Dialer{ReadBuffer: 4 << 10}.Dial(t, s.URL)
			conn := s.conn()
			var err error
			var took time.Duration
			for i := 0; i < 1000 && err == nil; i++ {
				start := time.Now()
				err = write(conn)
				took = time.Since(start)
			}
			if !errors.Is(err, os.ErrDeadlineExceeded) || took < timeout || took > patience {
				t.Errorf("write failed with %v after %v, want a deadline after %v", err, took, timeout)
			}
			// the peer counts as gone
			end := s.end()
			if end.Code != transport.CloseAbnormal || !errors.Is(end, os.ErrDeadlineExceeded) {
				t.Errorf("ReadLoop returned %v", end)
			}
			if again := write(conn); again == nil {
				t.Error("write after a failed one succeeds")
			}
		})
	}

	t.Run("TryWriteFrames keeps what does not fit", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{config: smallBuffers, Options: transport.Options{WriteTimeout: patience}})
		c := Dialer{ReadBuffer: 64 << 10}.Dial(t, s.URL)
		conn := s.conn()

		sent := 0
		try := func(size int) bool {
			t.Helper()
			text := fmt.Sprint(sent, strings.Repeat(".", size))
			pending, err := conn.TryWriteFrames(transport.AppendFrame(nil, transport.Text, []byte(text)))
			if err != nil {
				t.Fatal(err)
			}
			sent++
			return pending
		}
		for !try(10_000) {
		}
		try(1 << 20) // more than the kernel can still take
		// It never blocks, not even while another does. And nothing overtakes what is
		// kept: neither what is tried again nor the answer to a ping.
		c.Ping("pong me")
		flushed := make(chan error, 1)
		go func() { flushed <- conn.WriteFrames(nil) }()
		for i := 0; i < 100; i++ {
			if !try(10) {
				t.Fatal("nothing is pending, although the client has not read")
			}
			runtime.Gosched() // until the other has begun
		}

		for i := 0; i < sent; {
			f := c.Next()
			if f.Op() == OpPong {
				continue
			}
			if want := fmt.Sprint(i, "..."); !bytes.HasPrefix(f.Payload, []byte(want)) {
				t.Fatalf("%v, want %s", f, want)
			}
			i++
		}
		if err := <-flushed; err != nil {
			t.Error("flush:", err)
		}
		if err := conn.WriteFrames(nil); err != nil {
			t.Error("flush:", err)
		}
		pending, err := conn.TryWriteFrames(transport.AppendFrame(nil, transport.Text, []byte("free again")))
		if pending || err != nil {
			t.Errorf("TryWriteFrames to a peer that reads: %v, %v", pending, err)
		}
	})

	// What was set for one write must not make a later one fail, by whoever.
	t.Run("a write that had to wait leaves no deadline behind", func(t *testing.T) {
		t.Parallel()
		const timeout = 500 * time.Millisecond
		s := b.serve(t, setup{Options: transport.Options{WriteTimeout: timeout}, config: smallBuffers})
		c := Dial(t, s.URL, nil)
		conn := s.conn()
		large := make([]byte, 64<<10)
		written := make(chan error, 2)
		go func() {
			written <- conn.WriteFrames(transport.AppendFrame(nil, transport.Binary, large))
			written <- conn.Write(transport.Binary, large)
		}()
		for i := 0; i < 2; i++ {
			if _, p := c.Read(); len(p) != len(large) {
				t.Errorf("message of %d bytes", len(p))
			}
			if err := <-written; err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(timeout + timeout/4)
		c.Ping("p")
		if f := c.Next(); f.Op() != OpPong {
			t.Errorf("%v, want a pong", f)
		}
		conn.Close(transport.CloseRestart, "")
		wantClose(t, c, transport.CloseRestart, "")
	})

	t.Run("a close frame comes behind what was kept", func(t *testing.T) {
		t.Parallel()
		s := b.serve(t, setup{config: smallBuffers, Options: transport.Options{WriteTimeout: patience}})
		c := Dialer{ReadBuffer: 64 << 10}.Dial(t, s.URL)
		conn := s.conn()
		frame := transport.AppendFrame(nil, transport.Text, make([]byte, 100_000))
		for pending := false; !pending; {
			var err error
			if pending, err = conn.TryWriteFrames(frame); err != nil {
				t.Fatal(err)
			}
		}
		go conn.Close(transport.CloseTryAgain, "too slow")
		wantClose(t, c, transport.CloseTryAgain, "too slow")
		s.wantEnd(transport.CloseTryAgain, "too slow")
	})
}

// testManyWriters has everything that writes write at the same time to a client
// that does not always read, and checks that the client gets whole frames, each
// writer's in order.
func (b backend) testManyWriters(t *testing.T) {
	for name, deflate := range map[string]bool{"plain": false, "deflate": true} {
		deflate := deflate
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := b.serve(t, setup{
				Options:   transport.Options{Compression: true, WriteTimeout: patience},
				config:    smallBuffers,
				onMessage: func(transport.Conn, transport.MessageType, []byte) {},
			})
			c := Dialer{Deflate: deflate}.Dial(t, s.URL)
			conn := s.conn()
			hammer(t, c, conn)
			c.Close(1000, "")
			s.wantEnd(1000, "")
		})
	}
}

func hammer(t *testing.T, c *Client, conn transport.Conn) {
	const each = 150
	sizes := []int{0, 10, 200, 5000, 30_000}
	frames := func(name string, i int) []byte {
		return transport.AppendFrame(nil, transport.Text, []byte(fmt.Sprintf("%s %d %s", name, i, strings.Repeat("-", sizes[i%len(sizes)]/4))))
	}
	writers := map[string]func(name string, i int) error{
		"try": func(name string, i int) error {
			pending, err := conn.TryWriteFrames(frames(name, i))
			if pending && err == nil {
				err = conn.WriteFrames(nil)
			}
			return err
		},
		"try-too": func(name string, i int) error {
			_, err := conn.TryWriteFrames(frames(name, i))
			if err == nil && i%3 == 0 {
				err = conn.WriteFrames(nil)
			}
			return err
		},
		"frames": func(name string, i int) error { return conn.WriteFrames(frames(name, i)) },
		"library": func(name string, i int) error {
			return conn.Write(transport.Text, []byte(fmt.Sprintf("%s %d %s", name, i, strings.Repeat("+", sizes[i%len(sizes)]))))
		},
		"library-too": func(name string, i int) error {
			return conn.Write(transport.Text, []byte(fmt.Sprintf("%s %d ", name, i)))
		},
	}
	var running sync.WaitGroup
	failed := make(chan error, len(writers)+2)
	for name, write := range writers {
		name, write := name, write
		running.Add(1)
		go func() {
			defer running.Done()
			for i := 0; i < each; i++ {
				if err := write(name, i); err != nil {
					failed <- fmt.Errorf("%s %d: %w", name, i, err)
					return
				}
			}
		}()
	}
	running.Add(2)
	go func() { // the library answers each
		defer running.Done()
		for i := 0; i < each; i++ {
			if err := c.tryFrame(Fin|OpPing, []byte(fmt.Sprint(i))); err != nil {
				failed <- err
				return
			}
		}
	}()
	go func() {
		defer running.Done()
		for i := 0; i < each; i++ {
			if err := conn.Ping(); err != nil {
				failed <- err
				return
			}
		}
	}()

	next, pongs, pings := map[string]int{}, 0, 0
	for messages := 0; messages < each*len(writers) || pongs < each || pings < each; {
		f := c.Next()
		switch f.Op() {
		case OpPong:
			if string(f.Payload) != fmt.Sprint(pongs) {
				t.Fatalf("%v, want pong %d", f, pongs)
			}
			pongs++
			continue
		case OpPing:
			pings++
			continue
		case OpText:
		default:
			t.Fatalf("what is %v?", f)
		}
		for p := f; p.First&Fin == 0; { // a library may send fragments
			if p = c.Next(); p.Op() == OpText {
				t.Fatalf("%v inside another message", p)
			} else if p.Op() == OpContinuation {
				f.Payload = append(f.Payload, p.Payload...)
			} else if p.Op() == OpPong {
				pongs++
			} else {
				pings++
			}
		}
		if f.First&RSV1 != 0 {
			var err error
			if f.Payload, err = Inflate(f.Payload); err != nil {
				t.Fatal(err)
			}
		}
		var name string
		var i int
		if _, err := fmt.Sscan(string(f.Payload), &name, &i); err != nil || writers[name] == nil || i != next[name] {
			t.Fatalf("%v: %v, want %s %d", f, err, name, next[name])
		}
		next[name]++
		messages++
	}
	running.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
}
