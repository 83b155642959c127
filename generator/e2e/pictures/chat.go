package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

var (
	desktop = screen{width: 1100, height: 760, scale: 1, scheme: "light"}
	phone   = screen{width: 390, height: 844, scale: 2, scheme: "dark", phone: true}
)

// conversation is what the two guests say to each other.
var conversation = []struct {
	fromPhone bool
	text      string
}{
	{false, "Hi! On the train?"},
	{true, "Yes, tunnel after tunnel"},
	{false, "I see. You drop out, and come back with everything"},
	{true, "And what I write waits for the next signal"},
	{false, "Nothing lost or doubled"},
	{true, "Nice 🙂"},
	{true, "How long did that take?"},
	{false, "wsgen new chat"},
}

// photograph lets two guests talk on the chat whose program is bin: one on a
// light desktop, of which it takes the first picture, and one on a dark phone.
// For the second picture the server is gone, and somebody writes all the same.
func photograph(ctx context.Context, bin, work string) (light, dark []byte, err error) {
	s, err := startServer(ctx, bin)
	if err != nil {
		return nil, nil, err
	}
	defer s.cmd.Process.Kill() // if it has not been stopped
	browser, closeBrowser, err := startBrowser(ctx, filepath.Join(work, "chromium"))
	if err != nil {
		return nil, nil, err
	}
	defer closeBrowser()

	alice, bob := openWindow(browser, desktop, s.url), openWindow(browser, phone, s.url)
	for i, message := range conversation {
		if message.fromPhone {
			bob.write(message.text + enter)
		} else {
			alice.write(message.text + enter)
		}
		for _, w := range []*window{alice, bob} {
			w.wait(fmt.Sprintf(`document.querySelectorAll("#messages li").length === %d`, i+1))
		}
	}
	for _, w := range []*window{alice, bob} {
		w.wait(`document.querySelector("#here").textContent === "2 are here"`)
		w.wait(`document.querySelectorAll("#outbox li").length === 0`)
	}
	alice.write("Have a look at the connection lab below")
	light = alice.picture()
	if err := errors.Join(alice.err, bob.err); err != nil {
		return nil, nil, err
	}

	if err := s.stop(); err != nil {
		return nil, nil, fmt.Errorf("stopping the server: %w", err)
	}
	bob.wait(`document.body.dataset.ws !== "open"`)
	bob.write("Then I want one, too" + enter)
	bob.wait(`document.querySelectorAll("#outbox li").length === 1`)
	bob.wait(`/retry in [3-9] s/.test(document.querySelector("#badge").textContent)`)
	bob.wait(`document.activeElement.blur() === undefined`) // the keyboard would hide half of the page
	dark = bob.picture()
	return light, dark, bob.err
}
