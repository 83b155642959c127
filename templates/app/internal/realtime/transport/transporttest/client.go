// Package transporttest has what tests of websockets need: a client that can send
// any bytes, right or wrong, and the suite that every transport has to pass.
package transporttest

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// A Dialer opens connections. The zero value is ready to use.
type Dialer struct {
	Header     http.Header   // added to the handshake
	Deflate    bool          // offer permessage-deflate
	Early      []byte        // sent in one write with the handshake
	TLS        *tls.Config   // for https: and wss:
	Timeout    time.Duration // of each read and write; default 5 seconds
	ReadBuffer int           // of the socket, in bytes; default that of the system
}

// Dial opens a websocket with nothing but header in its handshake. url begins with
// http: or ws:, as that of an httptest.Server does. The test fails if the server
// refuses. The connection is dropped when the test ends.
func Dial(tb testing.TB, url string, header http.Header) *Client {
	tb.Helper()
	return Dialer{Header: header}.Dial(tb, url)
}

// Dial is the function Dial, with all that d can set.
func (d Dialer) Dial(tb testing.TB, url string) *Client {
	tb.Helper()
	c, resp, err := d.Try(url)
	if err != nil {
		tb.Fatal(err)
	}
	if c == nil {
		tb.Fatalf("dial %s: refused with %s", url, resp.Status)
		return nil // for those who do not know that Fatalf does not return
	}
	c.tb = tb
	tb.Cleanup(func() { c.nc.Close() })
	return c
}

// Try asks for a websocket and fails no test. If the server refuses, the client is
// nil and the body of the response can be read. It may be called from any
// goroutine; the methods of the Client that fail a test panic then.
func (d Dialer) Try(url string) (*Client, *http.Response, error) {
	if d.Timeout == 0 {
		d.Timeout = 5 * time.Second
	}
	nc, host, path, err := d.connect(url)
	if err != nil {
		return nil, nil, err
	}
	c := &Client{nc: nc, br: bufio.NewReader(nc), timeout: d.Timeout}
	nc.SetDeadline(time.Now().Add(d.Timeout))

	r, _ := http.NewRequest(http.MethodGet, "http://"+host+path, nil)
	r.Header = http.Header{
		"Connection":            {"Upgrade"},
		"Upgrade":               {"websocket"},
		"Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key":     {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	if d.Deflate {
		r.Header.Set("Sec-Websocket-Extensions", "permessage-deflate; client_no_context_takeover; server_no_context_takeover")
	}
	for k, v := range d.Header {
		r.Header[k] = v
	}
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, host)
	r.Header.Write(&b)
	b.WriteString("\r\n")
	b.Write(d.Early)
	if _, err := nc.Write([]byte(b.String())); err != nil {
		nc.Close()
		return nil, nil, err
	}
	c.Response, err = http.ReadResponse(c.br, r)
	if err != nil {
		nc.Close()
		return nil, nil, fmt.Errorf("dial %s: %w", url, err)
	}
	if c.Response.StatusCode != http.StatusSwitchingProtocols {
		return nil, c.Response, nil
	}
	nc.SetDeadline(time.Time{})
	c.deflate = strings.HasPrefix(c.Response.Header.Get("Sec-Websocket-Extensions"), "permessage-deflate")
	return c, c.Response, nil
}

func (d Dialer) connect(rawURL string) (nc net.Conn, host, path string, err error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, "", "", err
	}
	dialer := &net.Dialer{Timeout: d.Timeout}
	nc, err = dialer.Dial("tcp", u.Host)
	if err != nil {
		return nil, "", "", err
	}
	if d.ReadBuffer > 0 {
		nc.(*net.TCPConn).SetReadBuffer(d.ReadBuffer)
	}
	if u.Scheme == "https" || u.Scheme == "wss" {
		config := d.TLS.Clone()
		if config.ServerName == "" {
			config.ServerName = u.Hostname()
		}
		nc = tls.Client(nc, config)
	}
	return nc, u.Host, u.RequestURI(), nil
}

// A Client is a websocket client that does only what it is told to, except that
// Read answers pings. One goroutine may read while others write. Where a method has
// no error to return it fails the test, so it must be called from the goroutine of
// the test.
type Client struct {
	Response *http.Response // of the handshake

	tb      testing.TB
	nc      net.Conn
	br      *bufio.Reader
	timeout time.Duration
	deflate bool
	closed  bool // a close frame was sent

	writing sync.Mutex
	mask    uint32
}

// Subprotocol returns the one that the server has chosen, or "".
func (c *Client) Subprotocol() string { return c.Response.Header.Get("Sec-Websocket-Protocol") }

// Compressed reports whether permessage-deflate was agreed upon.
func (c *Client) Compressed() bool { return c.deflate }

// Send sends a text message.
func (c *Client) Send(text string) {
	c.tb.Helper()
	c.SendMessage(transport.Text, []byte(text))
}

// SendJSON sends v as a text message.
func (c *Client) SendJSON(v any) {
	c.tb.Helper()
	p, err := json.Marshal(v)
	if err != nil {
		c.tb.Fatal(err)
	}
	c.SendMessage(transport.Text, p)
}

// SendMessage sends a message, deflated if that was agreed upon.
func (c *Client) SendMessage(t transport.MessageType, p []byte) {
	c.tb.Helper()
	if err := c.TrySend(t, p); err != nil {
		c.tb.Fatal(err)
	}
}

// TrySend is SendMessage for any goroutine.
func (c *Client) TrySend(t transport.MessageType, p []byte) error {
	first := Fin | byte(t)
	if c.deflate {
		first |= RSV1
		p = Deflate(p)
	}
	return c.tryFrame(first, p)
}

// SendFrame sends one frame, with any first byte and as it is.
func (c *Client) SendFrame(first byte, payload string) {
	c.tb.Helper()
	if err := c.tryFrame(first, []byte(payload)); err != nil {
		c.tb.Fatal(err)
	}
}

// Ping sends a ping.
func (c *Client) Ping(payload string) {
	c.tb.Helper()
	c.SendFrame(Fin|OpPing, payload)
}

// Raw sends bytes.
func (c *Client) Raw(p []byte) {
	c.tb.Helper()
	if err := c.TryRaw(p); err != nil {
		c.tb.Fatal(err)
	}
}

// TryRaw is Raw for any goroutine.
func (c *Client) TryRaw(p []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.write(p)
}

func (c *Client) tryFrame(first byte, p []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mask = c.mask*1664525 + 1013904223
	return c.write(MaskedFrame(first, p, c.mask))
}

func (c *Client) write(p []byte) error {
	c.nc.SetWriteDeadline(time.Now().Add(c.timeout))
	_, err := c.nc.Write(p)
	return err
}

// Close does the whole close handshake: it sends a close frame, waits until the
// server answers with the same code and closes TCP, and drops what else it sends
// before. Code 0 sends no code.
func (c *Client) Close(code int, reason string) {
	c.tb.Helper()
	c.SendClose(code, reason)
	want := code
	if code == 0 {
		want = transport.CloseNoStatus
	}
	if got, _ := c.awaitClose(); got != want {
		c.tb.Errorf("closed with %d, the server answers with %d", want, got)
	}
	c.expectEOF()
}

// SendClose sends a close frame and waits for nothing. Code 0 sends no code.
func (c *Client) SendClose(code int, reason string) {
	c.tb.Helper()
	c.closed = true
	c.SendFrame(Fin|OpClose, closePayload(code, reason))
}

// ExpectClose waits until the server closes, and returns its code and reason. It
// drops messages before, and then answers, unless SendClose was called before;
// nothing may follow that. The code is 1006 if the connection ends without a close
// frame.
func (c *Client) ExpectClose() (code int, reason string) {
	c.tb.Helper()
	code, reason = c.awaitClose()
	if code == transport.CloseAbnormal {
		return code, reason
	}
	if !c.closed {
		wire := code
		if code == transport.CloseNoStatus {
			wire = 0
		}
		c.closed = true
		c.tryFrame(Fin|OpClose, []byte(closePayload(wire, "")))
	}
	c.expectEOF()
	return code, reason
}

// Hangup closes TCP without a close frame.
func (c *Client) Hangup() { c.nc.Close() }

// Drop resets TCP, as a process that is killed or a network that changes does.
func (c *Client) Drop() {
	nc := c.nc
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	nc.(*net.TCPConn).SetLinger(0)
	nc.Close()
}
