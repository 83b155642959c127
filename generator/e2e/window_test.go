package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A window is a browser window with a profile of its own, and the page in it.
type window struct {
	t     testing.TB
	ctx   context.Context
	close func()

	mu     sync.Mutex
	faults []string // what the page's console shows
}

// openWindow shows the page at url and waits until it is connected.
func openWindow(t testing.TB, url string) *window {
	t.Helper()
	w := &window{t: t}
	ctx, closed := chromedp.NewContext(chromium.context(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(w.listen))
	t.Cleanup(closed)
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(cancel)
	w.ctx, w.close = ctx, closed
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(w.describe())
		}
	})
	w.do(chromedp.Navigate(url))
	w.waitOpen()
	w.eval(watchPage)
	return w
}

// watchPage notes what the page's connection is told. The module keeps its
// connections at this symbol.
const watchPage = `{
	const ws = [...globalThis[Symbol.for("realtime.js")].values()][0];
	const seen = {messages: [], resets: 0, dropped: [], states: []};
	ws.on("chat/message", ({text}) => seen.messages.push(text));
	ws.on("rt/reset", () => seen.resets++);
	ws.on("dropped", ({events}) => seen.dropped.push(...events.map(({data}) => data.text)));
	ws.on("state", ({status, code}) => seen.states.push(status + " " + code));
	Object.assign(globalThis, {ws, seen});
	0
}`

// listen collects what a developer would see in the console.
func (w *window) listen(ev any) {
	var fault string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			fault += " " + e.Description
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			fault = fmt.Sprintf("console.%s: ", ev.Type)
			for _, arg := range ev.Args {
				fault += string(arg.Value) + arg.Description + " "
			}
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != log.EntryLevelVerbose {
			fault = fmt.Sprintf("%s %s: %s %s", ev.Entry.Source, ev.Entry.Level, ev.Entry.Text, ev.Entry.URL)
		}
	}
	if fault != "" {
		w.mu.Lock()
		w.faults = append(w.faults, fault)
		w.mu.Unlock()
	}
}

// wantNoFaults fails the test if the console shows anything but what begins with
// one of except.
func (w *window) wantNoFaults(except ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fault := range w.faults {
		if !slices.ContainsFunc(except, func(prefix string) bool { return strings.HasPrefix(fault, prefix) }) {
			w.t.Errorf("the console shows: %s", fault)
		}
	}
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.t.Fatal(err)
	}
}

// eval runs a script, waits if it returns a promise, and returns the result as
// JSON.
func (w *window) eval(script string) string {
	w.t.Helper()
	result, err := w.tryEval(script)
	if err != nil {
		w.t.Fatalf("%v in %s", err, script)
	}
	return result
}

func (w *window) tryEval(script string) (string, error) {
	b, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
	return string(b), err
}

// evalTo sets v from the result of a script.
func (w *window) evalTo(v any, script string) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.eval(script)), v); err != nil {
		w.t.Fatalf("%v in %s", err, script)
	}
}

// wait waits until a script returns true. chromedp's own Poll builds a function
// from a string in the page, which the page's Content-Security-Policy forbids.
func (w *window) wait(script string, args ...any) {
	w.t.Helper()
	script = fmt.Sprintf(script, args...)
	var last string
	err := poll(func() bool {
		var err error
		if last, err = w.tryEval(script); err != nil { // the page is being loaded
			last = err.Error()
		}
		return last == "true"
	})
	if err != nil {
		w.t.Fatalf("%s: %v; last it was %s", script, err, last)
	}
}

func (w *window) waitOpen() {
	w.t.Helper()
	w.wait(`document.body.dataset.ws === "open"`)
}

func (w *window) waitConnecting() {
	w.t.Helper()
	w.wait(`document.body.dataset.ws === "connecting"`)
}

// say types text into the field and presses Enter.
func (w *window) say(text string) {
	w.t.Helper()
	w.do(chromedp.SendKeys(chromedp.CSS("input[name=message]"), text+"\r"))
}

// paste sends text as say does, in fewer steps.
func (w *window) paste(text string) {
	w.t.Helper()
	w.finish(text)
	w.pressEnter()
}

// shown returns the messages that the page shows, oldest first.
func (w *window) shown() (texts []string) {
	w.t.Helper()
	w.evalTo(&texts, `[...document.querySelectorAll("#messages li")].map((li) => li.textContent)`)
	return texts
}

// waitShown waits until the page shows a message last.
func (w *window) waitShown(text string) {
	w.t.Helper()
	w.wait(`document.querySelector("#messages li:last-child")?.textContent === %q`, text)
}

// seen is what watchPage has noted.
type seen struct {
	Messages []string // chat/message, in order
	Resets   int      // rt/reset
	Dropped  []string // sent without asking for a reply, and lost
	States   []string // "open 0", "connecting 1006"
}

func (w *window) seen() (s seen) {
	w.t.Helper()
	w.evalTo(&s, `globalThis.seen`)
	return s
}

// compose types a character as an input method does: it is not finished.
func (w *window) compose(text string) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		end := int64(len([]rune(text)))
		_, err := cdp.Call(ctx, t, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: end, SelectionEnd: end})
		return err
	}))
}

// finish writes text at once; if something is being composed, in its place.
func (w *window) finish(text string) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// pressEnter presses Enter as a keyboard does. chromedp's keys would send a
// character even when the page has taken the key.
func (w *window) pressEnter() {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, typ := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			key := input.DispatchKeyEventParams{Type: typ, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13}
			if typ == input.DispatchKeyEventTypeKeyDown {
				key.Text = "\r"
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, key); err != nil {
				return err
			}
		}
		return nil
	}))
}

// describe tells what the page looks like, for who reads about a failed test.
func (w *window) describe() string {
	state, err := w.tryEval(`JSON.stringify({
		ws: document.body.dataset.ws,
		badge: document.querySelector("#badge")?.textContent,
		here: document.querySelector("#here")?.textContent,
		messages: [...document.querySelectorAll("#messages li")].map((li) => li.textContent),
		outbox: [...document.querySelectorAll("#outbox li")].map((li) => li.textContent),
		seen: globalThis.seen,
	})`)
	w.mu.Lock()
	defer w.mu.Unlock()
	return fmt.Sprintf("the page: %s %v\nits console:\n%s", state, err, strings.Join(w.faults, "\n"))
}
