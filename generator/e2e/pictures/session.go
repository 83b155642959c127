package main

import (
	"context"
	"strings"
	"time"
)

const (
	enter = "\r"
	down  = "\x1b[B"
)

// recordSession answers the questions of `wsgen new` in dir, where it leaves a
// project named chat, and returns what is to be seen meanwhile.
func recordSession(ctx context.Context, dir, path string) ([]frame, error) {
	t, err := openTerminal(ctx, dir, path)
	if err != nil {
		return nil, err
	}
	defer t.close()
	r := &recorder{terminal: t}

	r.see("$ ", 900*time.Millisecond)
	r.write("$ ", "wsgen new")
	r.press(enter, "? Project name", 900*time.Millisecond)
	r.write("? Project name ", "chat")
	r.press(enter, "? Module path (chat)", 900*time.Millisecond)
	r.write("? Module path (chat) ", "example.com/chat")
	r.press(enter, "> gorilla", 1400*time.Millisecond)
	r.press(down, "> nhooyr", 700*time.Millisecond)
	r.press(down, "> gws", 1000*time.Millisecond)
	r.press(enter, "> vanilla", 1600*time.Millisecond)
	r.press(enter, "> [x]  docker", 1600*time.Millisecond)
	r.press(enter, "  wsgen new chat --module=example.com/chat --server=gws\n$ ", 0)
	return r.frames, r.err
}

// A recorder plays a person at a terminal and keeps a frame of all that this
// person sees. Its methods do nothing after the first error.
type recorder struct {
	terminal *terminal
	frames   []frame
	err      error
}

// see waits until the terminal shows text and comes to rest, and looks at it for
// a while. It is strict about what it waits for, so that each recording has the
// same frames.
func (r *recorder) see(text string, look time.Duration) {
	if r.err == nil {
		r.err = r.terminal.wait(text)
		r.frames = append(r.frames, r.terminal.frame(look))
	}
}

func (r *recorder) press(key, text string, look time.Duration) {
	if r.err == nil {
		r.err = r.terminal.send(key)
		r.see(text, look)
	}
}

// write types text behind the prompt, letter by letter.
func (r *recorder) write(prompt, text string) {
	for i, letter := range text {
		shown := strings.TrimRight(prompt+text[:i]+string(letter), " ")
		r.press(string(letter), shown, 70*time.Millisecond)
	}
	if n := len(r.frames); n > 0 {
		r.frames[n-1].look = 500 * time.Millisecond // before Enter
	}
}
