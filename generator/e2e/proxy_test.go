package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A proxy is a network that can be broken: it passes TCP connections on to a
// server, until it cuts them.
type proxy struct {
	addr   string // where it listens
	target string
	mu     sync.Mutex
	open   map[*net.TCPConn]bool // both sides of each connection
}

// newProxy returns a proxy to target, host:port, that ends with the test.
func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), target: target, open: map[*net.TCPConn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.pass(nc.(*net.TCPConn)) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.cut()
		running.Wait()
	})
	return p
}

// pass connects client with the server until one of them ends it.
func (p *proxy) pass(client *net.TCPConn) {
	nc, err := net.Dial("tcp", p.target)
	if err != nil {
		client.SetLinger(0)
		client.Close()
		return
	}
	server := nc.(*net.TCPConn)
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()

	var both sync.WaitGroup
	for _, way := range [][2]*net.TCPConn{{client, server}, {server, client}} {
		both.Go(func() {
			io.Copy(way[0], way[1])
			way[0].CloseWrite()
		})
	}
	both.Wait()
	client.Close()
	server.Close()
	p.mu.Lock()
	delete(p.open, client)
	delete(p.open, server)
	p.mu.Unlock()
}

// cut resets all connections, on both sides and in the middle of whatever they
// carry. New ones are passed on.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for nc := range p.open {
		nc.SetLinger(0)
		nc.Close()
	}
}
