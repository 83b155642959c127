package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// startBrowser starts chromium with its files in dir. Windows open in the
// context that it returns.
func startBrowser(ctx context.Context, dir string) (context.Context, func(), error) {
	path := ""
	for _, name := range []string{os.Getenv("CHROME_PATH"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); name != "" && err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, nil, errors.New("chromium is missing: apt-get install chromium, or set CHROME_PATH")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(dir),
		chromedp.NoSandbox, // containers run as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"),
	)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	silent := func(string, ...any) {} // chromedp complains about events that it does not know
	ctx, quit := chromedp.NewContext(ctx, chromedp.WithLogf(silent), chromedp.WithErrorf(silent))
	closeAll := func() {
		chromedp.Cancel(ctx) // waits for the process
		quit()
		stop()
	}
	if err := chromedp.Do(ctx); err != nil {
		closeAll()
		return nil, nil, fmt.Errorf("chromium does not start: %w", err)
	}
	return ctx, closeAll, nil
}

// A screen is what somebody looks at the page on.
type screen struct {
	width, height int64
	scale         float64
	phone         bool
	scheme        string // light or dark
}

// A window shows the page to one guest. Its methods do nothing after the first
// error, which err keeps.
type window struct {
	ctx context.Context
	err error
}

// openWindow shows url with a browser profile of its own.
func openWindow(browser context.Context, s screen, url string) *window {
	w := &window{}
	w.ctx, _ = chromedp.NewContext(browser, chromedp.WithNewBrowserContext()) // closed with the browser
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(s.scale)}
	if s.phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	w.do(chromedp.EmulateViewport(s.width, s.height, options...))
	w.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}},
		})
		return err
	}))
	w.do(chromedp.Navigate(url))
	w.wait(`document.body.dataset.ws === "open"`)
	return w
}

func (w *window) do(step chromedp.Action[chromedp.Void]) {
	if w.err == nil {
		w.err = chromedp.Do(w.ctx, step)
	}
}

// wait waits until a script returns true.
func (w *window) wait(script string) {
	for deadline := time.Now().Add(time.Minute); w.err == nil; time.Sleep(20 * time.Millisecond) {
		ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](script))
		if ok {
			return
		}
		if w.err = err; err == nil && time.Now().After(deadline) {
			w.err = fmt.Errorf("the page never comes to %s", script)
		}
	}
}

// write types text into the field. With enter at its end it is sent.
func (w *window) write(text string) {
	w.do(chromedp.SendKeys(chromedp.CSS("#message"), text))
}

// picture waits for all motion to end and returns the page as a PNG.
func (w *window) picture() []byte {
	w.wait(`document.getAnimations().every((a) => a.playState === "finished" || a.effect.getTiming().iterations === Infinity)`)
	if w.err != nil {
		return nil
	}
	png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	w.err = err
	return png
}
