package probe

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The opcodes of RFC 6455.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// maxFrame is how long a frame may be that a conn reads.
const maxFrame = 1 << 20

// A conn is the client's side of a websocket connection, or, before the
// handshake, of an HTTP one. It is for one goroutine.
type conn struct {
	net.Conn
	r *bufio.Reader
}

// dial connects to the host of u. All that happens on the connection ends when
// ctx does, and after limit at the latest.
func dial(ctx context.Context, u *url.URL, limit time.Duration) (*conn, error) {
	secure := u.Scheme == "wss"
	address := u.Host
	if u.Port() == "" {
		port := "80"
		if secure {
			port = "443"
		}
		address = net.JoinHostPort(u.Hostname(), port)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if secure {
		tc := tls.Client(nc, &tls.Config{ServerName: u.Hostname(), NextProtos: []string{"http/1.1"}})
		if err := tc.HandshakeContext(ctx); err != nil {
			nc.Close()
			return nil, err
		}
		nc = tc
	}
	if err := nc.SetDeadline(time.Now().Add(limit)); err != nil {
		nc.Close()
		return nil, err
	}
	return &conn{nc, bufio.NewReader(nc)}, nil
}

// get sends a GET for u with the headers given, and reads the answer's head.
func (c *conn) get(u *url.URL, header http.Header) (*http.Response, error) {
	var b strings.Builder
	path := u.RequestURI()
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, u.Host)
	if err := header.Write(&b); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	if _, err := io.WriteString(c, b.String()); err != nil {
		return nil, err
	}
	return http.ReadResponse(c.r, nil)
}

// errNotSwitched says that the answer to a handshake was no 101.
var errNotSwitched = errors.New("not a handshake")

// handshake asks for a websocket. If the answer is another than 101 it is
// returned with an error that wraps errNotSwitched.
func (c *conn) handshake(u *url.URL, origin string) (*http.Response, error) {
	nonce := make([]byte, 16)
	rand.Read(nonce)
	key := base64.StdEncoding.EncodeToString(nonce)
	h := http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {key}, "User-Agent": {"wsgen doctor"},
	}
	if origin != "" {
		h.Set("Origin", origin)
	}
	res, err := c.get(u, h)
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode != http.StatusSwitchingProtocols:
		return res, fmt.Errorf("%w: the answer is %s", errNotSwitched, res.Status)
	case !strings.EqualFold(res.Header.Get("Upgrade"), "websocket"):
		return res, fmt.Errorf("the 101 has Upgrade: %q instead of websocket", res.Header.Get("Upgrade"))
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if want := base64.StdEncoding.EncodeToString(sum[:]); res.Header.Get("Sec-WebSocket-Accept") != want {
		return res, errors.New("the 101 has a wrong Sec-WebSocket-Accept: something on the way answers from a cache, or makes it up")
	}
	return res, nil
}

// write sends one frame, whole and masked as RFC 6455 wants it of clients.
func (c *conn) write(op byte, payload []byte) error {
	frame := append(header(op, uint64(len(payload)), true), payload...)
	mask(frame[len(frame)-len(payload):], frame[len(frame)-len(payload)-4:len(frame)-len(payload)])
	_, err := c.Write(frame)
	return err
}

// header returns the head of a frame that says it has n bytes, with a mask at
// its end if masked.
func header(op byte, n uint64, masked bool) []byte {
	const fin, maskBit = 0x80, 0x80
	b := []byte{fin | op}
	switch {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), n)
	}
	if masked {
		b[1] |= maskBit
		key := make([]byte, 4)
		rand.Read(key)
		b = append(b, key...)
	}
	return b
}

func mask(p, key []byte) {
	for i := range p {
		p[i] ^= key[i%4]
	}
}

// read returns the next frame.
func (c *conn) read() (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(head[1] & 0x7f)
	var long [8]byte
	switch n {
	case 126:
		_, err = io.ReadFull(c.r, long[6:])
		n = binary.BigEndian.Uint64(long[:])
	case 127:
		_, err = io.ReadFull(c.r, long[:])
		n = binary.BigEndian.Uint64(long[:])
	}
	if err != nil {
		return 0, nil, err
	}
	if head[1]&0x80 != 0 {
		return 0, nil, errors.New("the server masks its frames, which only clients do")
	}
	if n > maxFrame {
		return 0, nil, fmt.Errorf("the server sends a frame of %d bytes", n)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(c.r, payload)
	return head[0] & 0x0f, payload, err
}

// until reads frames, and answers pings, until one is of the kind op; frames
// of other kinds are dropped. A close frame ends it with a closedError, unless
// that is what it waits for.
func (c *conn) until(op byte) ([]byte, error) {
	for {
		got, payload, err := c.read()
		switch {
		case err != nil:
			return nil, err
		case got == op:
			return payload, nil
		case got == opClose:
			return nil, closed(payload)
		case got == opPing:
			if err := c.write(opPong, payload); err != nil {
				return nil, err
			}
		}
	}
}

// A closedError is the close frame of the server.
type closedError struct {
	code   int
	reason string
}

func closed(payload []byte) *closedError {
	if len(payload) < 2 {
		return &closedError{code: 1005}
	}
	return &closedError{int(binary.BigEndian.Uint16(payload)), string(payload[2:])}
}

func (e *closedError) Error() string {
	s := fmt.Sprintf("the server closed with %d", e.code)
	if e.reason != "" {
		s += fmt.Sprintf(" %q", e.reason)
	}
	return s
}
