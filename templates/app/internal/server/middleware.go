package server

import (
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"time"
)

// logged writes a line for each request: files, probes and upgrades at debug,
// faults of ours at error, the rest at info. 503 is no fault: who is full or
// stops says so on purpose.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			log.Log(r.Context(), requestLevel(r, rec.status), "request",
				"method", r.Method,
				"path", r.URL.Path,
				"status", rec.status,
				"bytes", rec.bytes,
				"took", time.Since(start),
				"remote", r.RemoteAddr)
		}()
		next.ServeHTTP(rec, r)
	})
}

func requestLevel(r *http.Request, status int) slog.Level {
	switch p := r.URL.Path; {
	case status >= 500 && status != http.StatusServiceUnavailable:
		return slog.LevelError
	case status == http.StatusSwitchingProtocols, p == "/healthz", p == "/readyz", path.Ext(p) != "":
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// recovered logs a panic in next with its stack and answers 500, or cuts the
// connection when the answer has already begun.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v != http.ErrAbortHandler {
				log.Error("panic", "value", v, "method", r.Method, "path", r.URL.Path, "stack", string(debug.Stack()))
			}
			if v == http.ErrAbortHandler || rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			http.Error(rec, "internal server error", http.StatusInternalServerError)
		}()
		next.ServeHTTP(rec, r)
	})
}
