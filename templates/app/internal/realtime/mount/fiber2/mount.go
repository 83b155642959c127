package realtime

import (
	"bufio"
	"bytes"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// Mount serves the websocket and the browser's client on a fiber app or group.
// Fiber asks handlers in the order in which they were registered, so what takes
// every path belongs behind it. Edit changes the settings of setup.go.
//
// In the context of the requests that Authorize, UserID and OnOpen get are
// fiber's Locals. With Config.Prefork each process has a hub of its own, and
// what is published in one is not heard in the others.
func Mount(r fiber.Router, edit ...func(*realtime.Options)) *realtime.Hub {
	h := realtime.New(edit...)
	r.Get(realtime.Route, handle(h))
	r.Get(realtime.Route+"/realtime.js", handle(realtime.Script()))
	return h
}

// handle returns h as a handler of fiber's.
func handle(h http.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := request(c)
		if err != nil {
			return fiber.NewError(fiber.StatusBadRequest, err.Error())
		}
		w := newResponse(c.Context().Conn())
		h.ServeHTTP(w, r)
		c.Status(w.status)
		if w.taken != nil {
			c.Context().HijackSetNoResponse(true)
			c.Context().Hijack(w.taken.handOver)
			return nil
		}
		c.Response().Header.SetContentType(w.header.Get(fiber.HeaderContentType))
		w.header.Del(fiber.HeaderContentType)
		for name, values := range w.header {
			for _, v := range values {
				c.Response().Header.Add(name, v)
			}
		}
		return c.Send(w.body.Bytes())
	}
}

// request returns c's request as net/http has it. Nothing in it but the context
// refers to memory of fasthttp's, which is of another request later.
func request(c *fiber.Ctx) (*http.Request, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.Request().Header.Header())))
	if err != nil {
		return nil, err
	}
	r.Body = http.NoBody
	r.RemoteAddr = c.Context().RemoteAddr().String()
	r.TLS = c.Context().TLSConnectionState()
	return r.WithContext(c.Context()), nil
}
