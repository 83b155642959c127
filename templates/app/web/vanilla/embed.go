// Package web is the page: HTML, a style sheet and a few ES modules, embedded
// into the binary and served as they are. There is no build step.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"
)

//go:embed *.html *.css *.js *.svg
var files embed.FS

// Types are named here because the operating system's table may be wrong: on
// Windows .js can be text/plain, and a browser runs no module of that type.
var types = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// An asset is a file and the tag that changes with its content.
type asset struct {
	content []byte
	etag    string
}

// Handler serves the page at / and its files beside it. Browsers may keep them
// but ask each time whether they are current: a new release is seen at once,
// and an unchanged file costs a 304.
func Handler() http.Handler {
	assets := load()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path
		if name == "/" {
			name = "/index.html"
		}
		a, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", types[path.Ext(name)])
		w.Header().Set("ETag", a.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
	})
}

// load returns the embedded files by their path in the URL.
func load() map[string]asset {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // what is embedded can be read
	}
	assets := make(map[string]asset, len(entries))
	for _, e := range entries {
		content, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		assets["/"+e.Name()] = asset{content, `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	return assets
}
