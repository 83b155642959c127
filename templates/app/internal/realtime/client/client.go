// Package client serves realtime.js, the browser's end of the websocket.
//
// To change it, edit realtime.js: there is no build step. Its tests run with
// "node --test" in this folder, and with "go test" where there is a node.
package client

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed realtime.js
var script []byte

// Handler serves the script under whatever path it is mounted on, compressed
// for who accepts gzip. The socket's URL follows from the script's, so it
// belongs at the websocket's route + "/realtime.js". Browsers keep it, and ask
// each time whether it is still the same.
func Handler() http.Handler {
	plain, packed := newVariant(script, ""), newVariant(compress(script), "gzip")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		v := plain
		if acceptsGzip(r.Header) {
			v = packed
		}
		h.Set("Content-Type", "text/javascript; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		h.Set("Vary", "Accept-Encoding")
		h.Set("ETag", v.etag)
		if v.encoding != "" {
			h.Set("Content-Encoding", v.encoding)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(v.body))
	})
}

// variant is the script in one encoding.
type variant struct {
	body           []byte
	encoding, etag string
}

func newVariant(body []byte, encoding string) variant {
	sum := sha256.Sum256(body)
	return variant{body, encoding, `"` + hex.EncodeToString(sum[:8]) + `"`}
}

func compress(p []byte) []byte {
	var b bytes.Buffer
	// Neither the level nor the buffer can fail.
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(p)
	_ = z.Close()
	return b.Bytes()
}

// acceptsGzip reports whether Accept-Encoding names gzip, and not with q=0.
func acceptsGzip(h http.Header) bool {
	for _, field := range strings.Split(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, param, _ := strings.Cut(field, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q := strings.TrimPrefix(strings.TrimSpace(param), "q=")
		v, err := strconv.ParseFloat(q, 64)
		return err != nil || v > 0
	}
	return false
}
