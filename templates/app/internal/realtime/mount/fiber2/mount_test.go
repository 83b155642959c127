package realtime

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/wsgen/wsgen/templates/app/internal/realtime"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/mount/mounttest"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// listen serves app on the loopback interface.
func listen(t *testing.T, app *fiber.App) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func newApp(timeout time.Duration) *fiber.App {
	return fiber.New(fiber.Config{DisableStartupMessage: true, ReadTimeout: timeout, WriteTimeout: timeout, IdleTimeout: timeout})
}

func elsewhere(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusTeapot) }

func TestMount(t *testing.T) {
	app := newApp(0)
	hub := Mount(app)
	app.Get("/:name", elsewhere)
	app.Use("/", elsewhere)
	mounttest.Check(t, hub, "http://"+listen(t, app))
}

func TestMountOnAGroup(t *testing.T) {
	app := newApp(0)
	hub := Mount(app.Group("/api"))
	app.Use(elsewhere)
	mounttest.Check(t, hub, "http://"+listen(t, app)+"/api")
}

// Middleware sees what was answered, and the hub sees what middleware has found
// out.
func TestMiddleware(t *testing.T) {
	statuses := make(chan int, 1)
	app := newApp(0)
	app.Use(func(c *fiber.Ctx) error {
		c.Locals("user", "alice")
		err := c.Next()
		statuses <- c.Response().StatusCode()
		return err
	})
	hub := Mount(app, func(o *realtime.Options) {
		o.Authorize = func(r *http.Request) error {
			if r.URL.Query().Get("secret") == "" {
				return realtime.ErrForbidden
			}
			return nil
		}
		o.UserID = func(r *http.Request) (string, error) {
			return r.Context().Value("user").(string), nil
		}
	})
	defer hub.Shutdown(context.Background())
	url := "http://" + listen(t, app) + realtime.Route

	c := transporttest.Dial(t, url+"?secret=1", nil)
	if status := <-statuses; status != http.StatusSwitchingProtocols {
		t.Errorf("an upgrade has status %d", status)
	}
	if data := c.ReadJSON()["data"].(map[string]any); data["uid"] != "alice" {
		t.Errorf("rt/hello with %v", data)
	}
	_, resp, err := transporttest.Dialer{}.Try(url)
	if err != nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("without permission: %v, %v", resp, err)
	}
	if status := <-statuses; status != http.StatusForbidden {
		t.Errorf("a refusal has status %d", status)
	}
	c.Close(1000, "")
}

var bridge mounttest.Bridge = func(t *testing.T, timeout time.Duration, h http.Handler) string {
	app := newApp(timeout)
	app.Use(handle(h))
	return listen(t, app)
}

func TestHijack(t *testing.T) { bridge.CheckHijack(t) }

func TestRequests(t *testing.T) { bridge.CheckRequests(t) }
