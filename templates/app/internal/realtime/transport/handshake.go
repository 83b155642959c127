package transport

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// A handshake is what was agreed upon with a client. It is the same whatever the
// library, because none of them is asked.
type handshake struct {
	accept      string // the answer to the client's key
	subprotocol string
	deflate     bool
}

// newHandshake reads the handshake in r, or answers r and says why it is none.
func newHandshake(w http.ResponseWriter, r *http.Request, o Options) (*handshake, error) {
	refuse := func(status int, why string) (*handshake, error) {
		if status == http.StatusUpgradeRequired && r.ProtoMajor < 2 { // HTTP/2 has no such headers
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "websocket")
		}
		http.Error(w, why, status)
		return nil, errors.New("websocket handshake: " + why)
	}

	key := strings.TrimSpace(r.Header.Get("Sec-Websocket-Key"))
	nonce, err := base64.StdEncoding.DecodeString(key)
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		return refuse(http.StatusMethodNotAllowed, "a websocket begins with GET")
	case !hasToken(r.Header, "Upgrade", "websocket") || !hasToken(r.Header, "Connection", "upgrade"):
		return refuse(http.StatusUpgradeRequired, "this is a websocket; ask for it with Connection: Upgrade and Upgrade: websocket. "+
			"If you did, a proxy on the way has removed these headers.")
	case !r.ProtoAtLeast(1, 1):
		return refuse(http.StatusUpgradeRequired, "a websocket needs HTTP/1.1, this is "+r.Proto)
	case r.Header.Get("Sec-Websocket-Version") != "13":
		w.Header().Set("Sec-Websocket-Version", "13")
		return refuse(http.StatusUpgradeRequired, "Sec-WebSocket-Version has to be 13")
	case err != nil || len(nonce) != 16 || len(r.Header["Sec-Websocket-Key"]) != 1:
		return refuse(http.StatusBadRequest, "Sec-WebSocket-Key has to be 16 bytes in base64")
	case r.ContentLength != 0:
		return refuse(http.StatusBadRequest, "a handshake has no body")
	}

	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return &handshake{
		accept:      base64.StdEncoding.EncodeToString(sum[:]),
		subprotocol: chooseSubprotocol(r.Header, o.Subprotocols),
		deflate:     o.Compression && offersDeflate(r.Header),
	}, nil
}

// extension is the only form of permessage-deflate that is agreed upon: all three
// libraries can do it, and no connection has to keep a window.
const extension = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

// response returns the answer that opens the websocket. It has the headers that
// were set before, so that a middleware can set a cookie.
func (h *handshake) response(header http.Header) []byte {
	var b strings.Builder
	b.Grow(512)
	b.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
	b.WriteString(h.accept)
	b.WriteString("\r\n")
	if h.subprotocol != "" {
		b.WriteString("Sec-WebSocket-Protocol: " + h.subprotocol + "\r\n")
	}
	if h.deflate {
		b.WriteString("Sec-WebSocket-Extensions: " + extension + "\r\n")
	}
	header.WriteSubset(&b, notInResponse)
	b.WriteString("\r\n")
	return []byte(b.String())
}

// notInResponse are the headers that are ours, or that belong to a body.
var notInResponse = map[string]bool{
	"Connection": true, "Upgrade": true, "Content-Length": true, "Content-Type": true, "Transfer-Encoding": true, "Trailer": true,
	"Sec-Websocket-Accept": true, "Sec-Websocket-Extensions": true, "Sec-Websocket-Protocol": true,
}

// request returns a handshake that every library understands in the same way: it
// offers what is already agreed upon, and no subprotocol, which is not the
// library's business.
func (h *handshake) request(r *http.Request) *http.Request {
	plain := &http.Request{
		Method: http.MethodGet, URL: r.URL, Host: r.Host, RemoteAddr: r.RemoteAddr,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Connection":            {"Upgrade"},
			"Upgrade":               {"websocket"},
			"Sec-Websocket-Version": {"13"},
			"Sec-Websocket-Key":     r.Header["Sec-Websocket-Key"],
		},
	}
	if h.deflate {
		plain.Header["Sec-Websocket-Extensions"] = []string{extension}
	}
	return plain
}

// chooseSubprotocol returns the first of ours that the client offers.
func chooseSubprotocol(h http.Header, ours []string) string {
	offered := list(h, "Sec-Websocket-Protocol")
	for _, our := range ours {
		for _, their := range offered {
			if our == their {
				return our
			}
		}
	}
	return ""
}

// offersDeflate reports whether the client offers permessage-deflate with nothing
// that we could not keep to: a smaller window of ours is what no library can do.
func offersDeflate(h http.Header) bool {
	for _, offer := range list(h, "Sec-Websocket-Extensions") {
		params := strings.Split(offer, ";")
		ok := strings.TrimSpace(params[0]) == "permessage-deflate"
		for _, param := range params[1:] {
			name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
			switch name {
			case "server_no_context_takeover", "client_no_context_takeover", "client_max_window_bits":
			case "server_max_window_bits":
				ok = ok && strings.Trim(value, `"`) == "15"
			default:
				ok = false
			}
		}
		if ok {
			return true
		}
	}
	return false
}

func hasToken(h http.Header, key, token string) bool {
	for _, s := range list(h, key) {
		if strings.EqualFold(s, token) {
			return true
		}
	}
	return false
}

// list returns the elements of a header that is a list, over all its lines.
func list(h http.Header, key string) []string {
	var all []string
	for _, line := range h[key] {
		for _, s := range strings.Split(line, ",") {
			all = append(all, strings.TrimSpace(s))
		}
	}
	return all
}
