package main

import (
	"net"
	"testing"
)

func TestURL(t *testing.T) {
	for addr, want := range map[string]string{
		"[::]:8080":       "http://localhost:8080",
		"0.0.0.0:80":      "http://localhost:80",
		"127.0.0.1:8080":  "http://127.0.0.1:8080",
		"[::1]:8080":      "http://[::1]:8080",
		"192.0.2.1:50000": "http://192.0.2.1:50000",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := url(tcp); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestNextAddr(t *testing.T) {
	for addr, want := range map[string]string{
		":8080":           ":8081",
		"localhost:80":    "localhost:81",
		"[::1]:8080":      "[::1]:8081",
		"127.0.0.1:65535": "127.0.0.1:8081",
	} {
		if got := nextAddr(addr); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}
