package server

import (
	"bufio"
	"net"
	"net/http"
)

// A recorder notes what a handler answers.
//
// Whatever wraps a ResponseWriter needs an Unwrap method: without it the
// websocket upgrade, which takes the connection over, does not find it.
type recorder struct {
	http.ResponseWriter
	status int // 0: nothing was answered yet
	bytes  int64
}

func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 { // 1xx only announce an answer
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// Hijack is here only to note that the connection was taken over.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buf, err := http.NewResponseController(rec.ResponseWriter).Hijack()
	if err == nil {
		rec.status = http.StatusSwitchingProtocols
	}
	return conn, buf, err
}
