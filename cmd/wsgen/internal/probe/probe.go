// Package probe finds out what a websocket server does, by talking to it: any
// server, whatever it is written in. Its client knows the standard library only.
package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limit is how long each check may take.
const Limit = 5 * time.Second

// A State is how a check ended.
type State string

// The states of a check.
const (
	OK   State = "ok"
	Warn State = "warn" // it works, and something is better changed
	Fail State = "fail" // a browser would not be able to work with it
	Skip State = "skip" // it could not be found out
)

// A Check is one line of the table.
type Check struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Text  string `json:"text"`          // what was found, one line
	Fix   string `json:"fix,omitempty"` // what to do about it, one line
}

// A URL is that of a websocket.
type URL = url.URL

// ParseURL reads the URL of a websocket: ws, wss, http or https.
func ParseURL(s string) (*URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no URL", s)
	}
	switch u.Scheme {
	case "ws", "wss":
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	default:
		return nil, fmt.Errorf("%q is no URL of a websocket; it begins with ws:// or wss://", s)
	}
	if u.Host == "" {
		return nil, fmt.Errorf("%q has no host", s)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// Run makes all checks of the websocket at u, one after the other, each on a
// connection of its own. If there is no handshake the others are left out. It
// takes at most Limit for each, and ends early when ctx does.
func Run(ctx context.Context, u *URL) []Check {
	p := &prober{ctx: ctx, url: u}
	first := p.check("handshake", p.shake)
	all := []Check{first, p.check("plain GET", p.plain)}
	if first.State == Fail {
		return all
	}
	for _, c := range []struct {
		name string
		fn   func(*conn) Check
	}{{"origin", p.origin}, {"two-way", p.twoWay}, {"ping", p.ping}, {"oversize", p.oversize}, {"unmasked", p.unmasked}, {"close", p.close}} {
		all = append(all, p.check(c.name, c.fn))
	}
	return all
}

type prober struct {
	ctx context.Context
	url *URL
}

// check makes one check on a fresh connection.
func (p *prober) check(name string, fn func(*conn) Check) Check {
	c, err := dial(p.ctx, p.url, Limit)
	if err != nil {
		return Check{name, Fail, reason(err), "start the server, or mend the address"}
	}
	defer c.Close()
	stop := context.AfterFunc(p.ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	result := fn(c)
	result.Name = name
	return result
}

// ownOrigin is the origin of a page that the server itself has sent.
func (p *prober) ownOrigin() string {
	scheme := "http"
	if p.url.Scheme == "wss" {
		scheme = "https"
	}
	return scheme + "://" + p.url.Host
}

func (p *prober) shake(c *conn) Check {
	res, err := c.handshake(p.url, p.ownOrigin())
	switch {
	case errors.Is(err, errNotSwitched):
		return Check{State: Fail, Text: "no handshake, but " + res.Status + body(res), Fix: statusFix(res.StatusCode)}
	case err != nil:
		return Check{State: Fail, Text: reason(err)}
	}
	text := "101"
	if s := res.Header.Get("Sec-WebSocket-Protocol"); s != "" {
		text += ", subprotocol " + s
	}
	if s := res.Header.Get("Sec-WebSocket-Extensions"); s != "" {
		return Check{State: Fail, Text: "the server takes extensions that were not offered: " + s}
	}
	return Check{State: OK, Text: text + " for a page of the same host"}
}

// statusFix says where to look when a handshake is answered otherwise.
func statusFix(status int) string {
	switch {
	case status == http.StatusNotFound || status == http.StatusOK:
		return "the request gets to another handler: look at the path, and at what is registered before it"
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return "the server does not let everybody in; nothing more can be found out from outside"
	case status == http.StatusInternalServerError:
		return "middleware that hides http.Hijacker, often: wsgen doctor names it"
	case status == http.StatusBadRequest || status == http.StatusUpgradeRequired:
		return "a proxy that drops the Upgrade header, often: it has to speak HTTP/1.1 and pass Connection and Upgrade on"
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return "the server behind the proxy is not there, or has no room"
	}
	return ""
}

// body is the beginning of an answer, if it is text.
func body(res *http.Response) string {
	data, _ := io.ReadAll(io.LimitReader(res.Body, 80))
	line, _, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	if len(line) == 0 || bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' }) || bytes.HasPrefix(line, []byte("<")) {
		return ""
	}
	return fmt.Sprintf(" (%s)", line)
}

func (p *prober) plain(c *conn) Check {
	res, err := c.get(p.url, http.Header{"User-Agent": {"wsgen doctor"}, "Connection": {"close"}})
	if err != nil {
		return Check{State: Warn, Text: "no answer: " + reason(err), Fix: "answer 426 with a line of text"}
	}
	switch s := res.StatusCode; {
	case s == http.StatusUpgradeRequired:
		return Check{State: OK, Text: "426, so a client can ask why there is no websocket"}
	case s >= 500:
		return Check{State: Warn, Text: res.Status + body(res), Fix: "a request without Upgrade is the client's fault: answer 426"}
	case s >= 400:
		return Check{State: OK, Text: res.Status}
	}
	return Check{State: Warn, Text: res.Status + ", as if it were a page", Fix: "answer 426"}
}

func (p *prober) origin(c *conn) Check {
	res, err := c.handshake(p.url, "https://wsgen-doctor.invalid")
	switch {
	case errors.Is(err, errNotSwitched) && res.StatusCode < 500:
		return Check{State: OK, Text: "a page of another host gets " + res.Status}
	case errors.Is(err, errNotSwitched):
		return Check{State: Warn, Text: "a page of another host gets " + res.Status, Fix: "answer 403"}
	case err != nil:
		return Check{State: Warn, Text: "a page of another host: " + reason(err), Fix: "answer 403"}
	}
	return Check{State: Warn, Text: "every page of the web may connect, with the cookies of its visitor", Fix: "compare the Origin header with the hosts that may"}
}

// open makes the handshake for the checks that come after it.
func (p *prober) open(c *conn) *Check {
	if _, err := c.handshake(p.url, p.ownOrigin()); err != nil {
		return &Check{State: Fail, Text: "the second handshake failed: " + reason(err)}
	}
	return nil
}

// twoWay sends a text that this project's own servers answer to: an event with a
// ref. What others say to it is for people to judge.
func (p *prober) twoWay(c *conn) Check {
	if bad := p.open(c); bad != nil {
		return *bad
	}
	const ref = "wsgen-doctor"
	if err := c.write(opText, []byte(`{"event":"doctor/probe","ref":"`+ref+`"}`)); err != nil {
		return Check{State: Fail, Text: reason(err)}
	}
	var first []byte
	for {
		c.SetReadDeadline(time.Now().Add(Limit / 5))
		message, err := c.until(opText)
		var end *closedError
		switch {
		case err == nil && bytes.Contains(message, []byte(ref)):
			return Check{State: OK, Text: "a message was answered: " + short(message)}
		case err == nil:
			if first == nil {
				first = message
			}
			continue
		case errors.As(err, &end):
			return Check{State: Skip, Text: "it does not know the message: " + end.Error()}
		case first != nil:
			return Check{State: OK, Text: "it sends " + short(first)}
		case isTimeout(err):
			return Check{State: Skip, Text: "it took the message and said nothing to it"}
		}
		return Check{State: Fail, Text: reason(err)}
	}
}

func short(message []byte) string {
	const n = 60
	s := strings.ToValidUTF8(string(message), "?")
	if r := []rune(s); len(r) > n {
		s = string(r[:n]) + "..."
	}
	return s
}

func (p *prober) ping(c *conn) Check {
	if bad := p.open(c); bad != nil {
		return *bad
	}
	payload := []byte("wsgen doctor")
	start := time.Now()
	if err := c.write(opPing, payload); err != nil {
		return Check{State: Fail, Text: reason(err)}
	}
	got, err := c.until(opPong)
	switch {
	case isTimeout(err):
		return Check{State: Fail, Text: "no pong: the server reads only when it has something to say", Fix: "read from the connection all the time"}
	case err != nil:
		return Check{State: Fail, Text: reason(err)}
	case !bytes.Equal(got, payload):
		return Check{State: Fail, Text: fmt.Sprintf("the pong has %q instead of what the ping had", short(got))}
	}
	return Check{State: OK, Text: "pong after " + time.Since(start).Round(100*time.Microsecond).String()}
}

// oversize announces a message of 4 GiB and sends none of it.
func (p *prober) oversize(c *conn) Check {
	if bad := p.open(c); bad != nil {
		return *bad
	}
	if _, err := c.Write(header(opText, 1<<32, true)); err != nil {
		return Check{State: Fail, Text: reason(err)}
	}
	c.SetReadDeadline(time.Now().Add(Limit / 2))
	payload, err := c.until(opClose)
	switch {
	case isTimeout(err):
		return Check{State: Warn, Text: "it waits for a message of 4 GiB: one client can take all memory", Fix: "set a limit on the size of messages"}
	case err != nil:
		return Check{State: OK, Text: "it hangs up on a message of 4 GiB"}
	}
	if e := closed(payload); e.code != 1009 {
		return Check{State: Warn, Text: "on a message of 4 GiB " + e.Error(), Fix: "1009 tells the client not to try again"}
	}
	return Check{State: OK, Text: "1009 for a message of 4 GiB"}
}

func (p *prober) unmasked(c *conn) Check {
	if bad := p.open(c); bad != nil {
		return *bad
	}
	if _, err := c.Write(append(header(opText, 2, false), "hi"...)); err != nil {
		return Check{State: Fail, Text: reason(err)}
	}
	c.SetReadDeadline(time.Now().Add(Limit / 2))
	payload, err := c.until(opClose)
	switch {
	case isTimeout(err):
		return Check{State: Warn, Text: "it takes frames without a mask, as no browser sends them", Fix: "use a library that follows RFC 6455"}
	case err != nil:
		return Check{State: OK, Text: "it hangs up on a frame without a mask"}
	}
	return Check{State: OK, Text: fmt.Sprintf("%d for a frame without a mask", closed(payload).code)}
}

func (p *prober) close(c *conn) Check {
	if bad := p.open(c); bad != nil {
		return *bad
	}
	if err := c.write(opClose, []byte{0x03, 0xe8}); err != nil {
		return Check{State: Fail, Text: reason(err)}
	}
	payload, err := c.until(opClose)
	switch {
	case isTimeout(err):
		return Check{State: Warn, Text: "a close is not answered: connections stay until a timeout", Fix: "read from the connection until it ends"}
	case err != nil:
		return Check{State: Warn, Text: "it hangs up without a close frame: browsers see 1006", Fix: "answer the close frame"}
	}
	return Check{State: OK, Text: fmt.Sprintf("a close is answered with %d", closed(payload).code)}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

// reason is an error for people.
func reason(err error) string {
	var op *net.OpError
	switch {
	case isTimeout(err):
		return fmt.Sprintf("no answer within %s", Limit)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it hangs up"
	case errors.As(err, &op) && op.Op == "dial":
		return "cannot connect to " + op.Addr.String()
	}
	return err.Error()
}
