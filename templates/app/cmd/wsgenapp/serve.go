package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	"github.com/wsgen/wsgen/templates/app/internal/server"
)

// shutdownTimeout is how long clients and requests have to leave. It is shorter
// than what container runtimes wait before they kill. Tests have less patience.
var shutdownTimeout = 8 * time.Second

// serve answers requests until ctx ends, and then stops in this order: /readyz
// says no and new websockets are refused, those that are open are closed with
// 1012 ("come back"), the listener is closed, running requests end.
func serve(ctx context.Context, config server.Config, log *slog.Logger) error {
	listener, err := net.Listen("tcp", config.Addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address, say ADDR=%s", err, nextAddr(config.Addr))
	}
	stopProfiles, err := serveProfiles(config.PprofAddr, log)
	if err != nil {
		listener.Close()
		return err
	}
	defer stopProfiles()

	handler, _ := server.New(config, log)
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second, // with the body; websockets have their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// No WriteTimeout: it would cut long answers off in the middle.
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()
	log.Info("listening on " + url(listener.Addr()))

	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping; a second signal stops at once")
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := realtime.Shutdown(stopCtx); err != nil {
		log.Warn("some clients did not leave in time", "err", err)
	}
	if err := srv.Shutdown(stopCtx); err != nil {
		log.Warn("some requests were cut off", "err", err)
		srv.Close()
	}
	log.Info("stopped")
	return nil
}

// url is what to type into a browser on this machine.
func url(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// nextAddr is addr with the next port.
func nextAddr(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	n, err := strconv.Atoi(port)
	if err != nil || n == 65535 {
		n = 8080
	}
	return net.JoinHostPort(host, strconv.Itoa(n+1))
}
