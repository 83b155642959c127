package main

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport/transporttest"
)

// Who breaks the rules is told so by the close code, and nobody else notices.
func TestRuleBreakers(t *testing.T) {
	a := start(t, "MAX_MESSAGE=1000", "RATE=1", "BURST=10")
	alice := a.dial(t)
	for _, tt := range []struct {
		name string
		do   func(c *client)
		code int
	}{
		{"message too big", func(c *client) { c.Send(strings.Repeat("x", 1001)) }, 1009},
		{"text that is not UTF-8", func(c *client) { c.SendMessage(1, []byte("\xff\xfe")) }, 1007},
		{"flood", func(c *client) {
			for range 11 {
				c.Send(`{"event":"chat/history"}`)
			}
		}, 4029},
		{"frame that is not masked", func(c *client) { c.Raw([]byte{0x81, 0x02, 'h', 'i'}) }, 1002},
		{"length of 2^63", func(c *client) {
			c.Raw([]byte{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		}, 1002},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := a.dial(t)
			tt.do(c)
			if code, reason := c.ExpectClose(); code != tt.code {
				t.Errorf("closed with %d %q, want %d", code, reason, tt.code)
			}
		})
	}
	alice.say("still here")
	if got := alice.hear(); got != "still here" {
		t.Errorf("heard %q", got)
	}
}

func TestNoLimits(t *testing.T) {
	a := start(t, "MAX_MESSAGE=0", "RATE=0", "BURST=0", "MAX_CONNS=0", "MAX_CONNS_PER_USER=0", "MAX_CONNS_PER_IP=0")
	c := a.dial(t)
	for range 10 {
		for i := range 100 { // and no more: replies that nobody reads are limited all the same
			c.Send(fmt.Sprintf(`{"event":"chat/history","ref":"%d"}`, i))
		}
		for i := range 100 {
			if _, e := c.next(""); e.Ref != fmt.Sprint(i) {
				t.Fatalf("got %+v, want the reply %d", e, i)
			}
		}
	}
	c.Send(`{"event":"chat/message","ref":"long","data":{"text":"` + strings.Repeat("x", 1<<20) + `"}}`)
	if _, e := c.next(""); e.Error == nil || e.Error.Code != "too_long" {
		t.Errorf("got %+v, want the chat's own limit", e)
	}
}

func TestTooManyConnections(t *testing.T) {
	a := start(t, "MAX_CONNS=2")
	a.dial(t)
	a.dial(t)
	c, res, err := transporttest.Dialer{}.Try(a.url + "/wsgenroute")
	if err != nil || c != nil {
		t.Fatalf("a third one is let in, %v", err)
	}
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
}

// However a client goes, the others learn that it went.
func TestClientsThatGo(t *testing.T) {
	a := start(t)
	alice := a.dial(t)
	alice.awaitHere(1)
	for _, tt := range []struct {
		name string
		do   func(c *client)
	}{
		{"close", func(c *client) { c.Close(1000, "bye") }},
		{"end of TCP without a close frame", func(c *client) { c.Hangup() }},
		{"reset", func(c *client) { c.Drop() }},
		{"half a frame", func(c *client) { c.Raw([]byte{0x81, 0xfe, 0x10}); c.Hangup() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := a.dial(t)
			alice.awaitHere(2)
			tt.do(c)
			alice.awaitHere(1)
		})
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	a := start(t)
	before := runtime.NumGoroutine()
	for i := range 200 {
		c := a.dial(t)
		c.say("hi")
		switch i % 3 {
		case 0:
			c.Close(1000, "")
		case 1:
			c.Hangup()
		case 2:
			c.Drop()
		}
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after 200 connections\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}
