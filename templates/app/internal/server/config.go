package server

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
)

// Config is what can be set from outside. In all limits 0 means no limit.
type Config struct {
	Addr        string   // where to listen, host:port; the host may be empty
	Origins     []string // origins allowed besides the own one: https://example.com or https://*.example.com
	Compression bool     // offer permessage-deflate; less traffic for more CPU

	MaxMessage      int64   // bytes of one message
	MaxConns        int     // open connections in all
	MaxConnsPerUser int     // open connections of one user
	MaxConnsPerIP   int     // open connections from one address
	Rate            float64 // messages a second that one connection may send
	Burst           int     // messages that it may send at once

	LogLevel  slog.Level
	LogFormat string // text, json or auto: text on a terminal, JSON otherwise
	PprofAddr string // where to serve profiles; empty: nowhere

	Version     bool // print the version and exit
	Healthcheck bool // ask a running server for its health and exit
}

// settings lists everything that can be set, in the order in which -h prints
// it. The limits are by default those of the hub.
func (c *Config) settings() []setting {
	d := hub.DefaultOptions()
	return []setting{
		{"addr", "ADDR", ":8080", "address to listen on", address(&c.Addr)},
		{"origins", "ORIGINS", "", "comma-separated origins allowed besides the own one", origins(&c.Origins)},
		{"compression", "COMPRESSION", "false", "offer permessage-deflate", onOff(&c.Compression)},
		{"max-message", "MAX_MESSAGE", fmt.Sprint(d.MaxMessage), "bytes of one message", limit(&c.MaxMessage)},
		{"max-conns", "MAX_CONNS", fmt.Sprint(d.MaxConns), "open connections in all", limit(&c.MaxConns)},
		{"max-conns-per-user", "MAX_CONNS_PER_USER", fmt.Sprint(d.MaxConnsPerUser), "open connections of one user", limit(&c.MaxConnsPerUser)},
		{"max-conns-per-ip", "MAX_CONNS_PER_IP", fmt.Sprint(d.MaxConnsPerIP), "open connections from one address", limit(&c.MaxConnsPerIP)},
		{"rate", "RATE", fmt.Sprint(d.Rate), "messages a second that a connection may send", limit(&c.Rate)},
		{"burst", "BURST", fmt.Sprint(d.Burst), "messages that a connection may send at once", limit(&c.Burst)},
		{"log-level", "LOG_LEVEL", "info", "debug, info, warn or error", level(&c.LogLevel)},
		{"log-format", "LOG_FORMAT", "auto", "text, json or auto (text on a terminal)", oneOf(&c.LogFormat, "text", "json", "auto")},
		{"pprof-addr", "PPROF_ADDR", "", "address to serve profiles on, say localhost:6060", address(&c.PprofAddr)},
	}
}

// ParseConfig reads the flags in args and the environment; a flag wins. It
// reports all problems at once, one a line. For -h it prints the settings to
// out and returns flag.ErrHelp.
func ParseConfig(name string, args []string, env func(string) string, out io.Writer) (Config, error) {
	var c Config
	err := c.parse(name, args, env, out)
	return c, err
}

// Realtime carries the limits over to the websockets.
func (c Config) Realtime(o *hub.Options) {
	o.Origins = append(o.Origins, c.Origins...)
	o.Compression = c.Compression
	o.MaxMessage = c.MaxMessage
	o.MaxConns = c.MaxConns
	o.MaxConnsPerUser = c.MaxConnsPerUser
	o.MaxConnsPerIP = c.MaxConnsPerIP
	o.Rate = c.Rate
	o.Burst = c.Burst
	if c.Burst == 0 { // as many at once as a client likes: there is no rate then
		o.Rate = 0
	}
}
