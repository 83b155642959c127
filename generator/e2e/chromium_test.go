package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromium is the browser that all tests share. Each window has a profile of
// its own in it.
var chromium browser

// A browser is started by the first test that wants it.
type browser struct {
	once   sync.Once
	ctx    context.Context // of chromedp, with the browser in it
	cancel context.CancelFunc
	err    error
}

var errNoChromium = errors.New("chromium is missing")

// context returns the browser's context, or skips the test.
func (b *browser) context(t testing.TB) context.Context {
	t.Helper()
	b.once.Do(b.start)
	switch {
	case errors.Is(b.err, errNoChromium):
		missing(t, "chromium", "apt-get install chromium, or set CHROME_PATH")
	case b.err != nil:
		t.Fatalf("chromium does not start: %v", b.err)
	}
	return b.ctx
}

func (b *browser) start() {
	path := findChromium()
	if path == "" {
		b.err = errNoChromium
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(filepath.Join(workDir, "chromium")),
		chromedp.NoSandbox, // tests of containers run as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, quit := chromedp.NewContext(ctx, chromedp.WithLogf(ignore), chromedp.WithErrorf(ignore))
	b.ctx, b.cancel = ctx, func() { quit(); stop() }
	b.err = chromedp.Do(ctx)
}

// ignore drops chromedp's own complaints about events that it does not know.
func ignore(string, ...any) {}

// close ends the browser, if it was started.
func (b *browser) close() {
	if b.cancel == nil {
		return
	}
	if b.err == nil {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		defer cancel()
		chromedp.Cancel(ctx) // waits for the process
	}
	b.cancel()
}

// findChromium returns the path of the browser, or "".
func findChromium() string {
	for _, name := range []string{os.Getenv("CHROME_PATH"), "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}
