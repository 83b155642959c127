package mounttest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what has to happen.
const patience = 5 * time.Second

// A bridge serves h on a framework that is not built on net/http, at every path,
// and returns the address. Reading and writing have a timeout.
type Bridge func(t *testing.T, timeout time.Duration, h http.Handler) (addr string)

// CheckHijack checks that a bridge gives a connection away as net/http does.
func (serve Bridge) CheckHijack(t *testing.T) {
	const timeout = 100 * time.Millisecond

	t.Run("nothing is lost that came with the request", func(t *testing.T) {
		addr := serve(t, timeout, hijacked(func(nc net.Conn) {
			io.Copy(nc, nc)
		}))
		nc, br := ask(t, addr, "early ")
		io.WriteString(nc, "late")
		got := make([]byte, len("early late"))
		if _, err := io.ReadFull(br, got); err != nil || string(got) != "early late" {
			t.Errorf("read %q, %v", got, err)
		}
	})

	t.Run("the server's timeouts are over", func(t *testing.T) {
		addr := serve(t, timeout, hijacked(func(nc net.Conn) {
			_, err := io.ReadFull(nc, make([]byte, 4))
			fmt.Fprintln(nc, err)
		}))
		nc, br := ask(t, addr, "")
		<-time.After(2 * timeout)
		io.WriteString(nc, "late")
		if got, err := br.ReadString('\n'); err != nil || got != "<nil>\n" {
			t.Errorf("the server has read with %q, %v", got, err)
		}
	})

	// The handler sets deadlines and returns; what the server does to the
	// connection after that must not undo it.
	t.Run("the handler's deadlines stand", func(t *testing.T) {
		read, written := make(chan error, 1), make(chan error, 1)
		addr := serve(t, patience, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			nc, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			nc.SetReadDeadline(time.Now().Add(timeout))
			nc.SetWriteDeadline(time.Now().Add(timeout))
			go func() {
				defer nc.Close()
				_, err := nc.Read(make([]byte, 1))
				read <- err
				for err = nil; err == nil; { // nobody reads that
					_, err = nc.Write(make([]byte, 1<<20))
				}
				written <- err
			}()
		}))
		ask(t, addr, "")
		if err := await(t, read); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read returned %v, want the deadline", err)
		}
		if err := await(t, written); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write returned %v, want the deadline", err)
		}
	})

	t.Run("Close ends a Read", func(t *testing.T) {
		ended := make(chan error, 1)
		addr := serve(t, patience, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			nc, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			go func() {
				_, err := nc.Read(make([]byte, 1))
				ended <- err
			}()
			nc.Close() // the handler has not even returned
		}))
		_, br := ask(t, addr, "")
		if err := await(t, ended); err == nil {
			t.Error("Read has read something")
		}
		if _, err := br.ReadByte(); err == nil {
			t.Error("the connection is open")
		}
	})

	t.Run("there is one connection to take", func(t *testing.T) {
		again := make(chan error, 1)
		addr := serve(t, timeout, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			nc, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _, err = http.NewResponseController(w).Hijack()
			again <- err
			nc.Close()
		}))
		ask(t, addr, "")
		if err := await(t, again); !errors.Is(err, http.ErrHijacked) {
			t.Errorf("the second time: %v", err)
		}
	})
}

// CheckRequests checks that a handler may keep what it finds in a request: the
// framework uses its memory again.
func (serve Bridge) CheckRequests(t *testing.T) {
	type seen struct{ user, host, path, cookie, method, two string }
	const n = 50
	requests := make(chan seen, n)
	addr := serve(t, patience, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := seen{user: r.Header.Get("X-User"), host: r.Host, path: r.URL.Path, method: r.Method, two: strings.Join(r.Header["X-Two"], "+")}
		if c, err := r.Cookie("session"); err == nil {
			s.cookie = c.Value
		}
		requests <- s
		if ip, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || ip != "127.0.0.1" {
			t.Errorf("RemoteAddr is %q", r.RemoteAddr)
		}
		w.Header().Add("X-Answer", "one")
		w.Header().Add("X-Answer", "two")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "user ", s.user)
	}))
	nc, br := dial(t, addr)
	for i := 0; i < n; i++ {
		fmt.Fprintf(nc, "GET /path%02[1]d?q=1 HTTP/1.1\r\nHost: host%02[1]d\r\nX-User: user%02[1]d\r\n"+
			"X-Two: a\r\nX-Two: b\r\nCookie: session=secret%02[1]d\r\n\r\n", i)
		resp, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if want := fmt.Sprintf("user user%02d", i); err != nil || string(body) != want || resp.StatusCode != http.StatusTeapot || len(resp.Header["X-Answer"]) != 2 {
			t.Fatalf("the answer is %s, %v and %q, %v", resp.Status, resp.Header, body, err)
		}
	}
	for i := 0; i < n; i++ {
		got, id := <-requests, fmt.Sprintf("%02d", i)
		if want := (seen{"user" + id, "host" + id, "/path" + id, "secret" + id, "GET", "a+b"}); got != want {
			t.Errorf("request %d is now %+v", i, got)
		}
	}
}

// hijacked is a handler that gives the connection to fn.
func hijacked(fn func(net.Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nc, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		nc.SetDeadline(time.Time{}) // those of the server
		go func() {
			defer nc.Close()
			fn(nc)
		}()
	})
}

// ask opens a connection and sends a request, with something right behind it.
func ask(t *testing.T, addr, behind string) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, br := dial(t, addr)
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"+behind)
	return nc, br
}

func dial(t *testing.T, addr string) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(patience))
	return nc, bufio.NewReader(nc)
}

func await(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		t.Fatal("waited in vain")
		return nil
	}
}
