package hub_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/transport"
)

// handshake returns the answer to a handshake that is refused.
func handshake(s *hubtest.Server, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://app.example.com/ws", nil)
	for _, fn := range edit {
		fn(r)
	}
	w := httptest.NewRecorder()
	s.Hub.ServeHTTP(w, r)
	return w
}

func origin(o string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Origin", o) }
}

func TestOrigins(t *testing.T) {
	for _, tt := range []struct {
		host, origin string
		allow        []string
		want         bool
	}{
		{"app.example.com", "", nil, true}, // not a browser
		{"app.example.com", "https://app.example.com", nil, true},
		{"app.example.com", "https://APP.example.com", nil, true},
		{"app.example.com:443", "https://app.example.com", nil, true},
		{"localhost:8080", "http://localhost:8080", nil, true},
		{"localhost:8080", "http://localhost:5173", nil, false},
		{"localhost:8080", "http://localhost:5173", []string{"http://localhost:5173"}, true},
		{"app.example.com", "https://evil.com", nil, false},
		{"app.example.com", "https://app.example.com.evil.com", nil, false},
		{"app.example.com", "https://evilapp.example.com", nil, false},
		{"app.example.com", "null", nil, false},
		{"app.example.com", "file://", nil, false},
		{"app.example.com", "garbage", nil, false},
		{"app.example.com", "https://user@app.example.com", nil, false},
		{"app.example.com", "https://shop.example.com", []string{"https://shop.example.com"}, true},
		{"app.example.com", "http://shop.example.com", []string{"https://shop.example.com"}, false},
		{"app.example.com", "https://shop.example.com:8443", []string{"https://shop.example.com"}, false},
		{"app.example.com", "https://a.example.org", []string{"https://*.example.org"}, true},
		{"app.example.com", "https://a.b.example.org", []string{"https://*.example.org"}, true},
		{"app.example.com", "https://example.org", []string{"https://*.example.org"}, false},
		{"app.example.com", "https://evilexample.org", []string{"https://*.example.org"}, false},
		{"app.example.com", "https://example.org.evil.com", []string{"https://*.example.org"}, false},
	} {
		s := hubtest.New(t, quiet, func(o *hub.Options) { o.Origins = tt.allow; o.Accept = notUpgraded })
		w := handshake(s, func(r *http.Request) {
			r.Host = tt.host
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
		})
		if got := w.Code != http.StatusForbidden; got != tt.want {
			t.Errorf("page of %q on host %s, allowed %q: %d, want allowed %v", tt.origin, tt.host, tt.allow, w.Code, tt.want)
		}
	}
}

func TestOriginPatternsAreChecked(t *testing.T) {
	for pattern, ok := range map[string]bool{
		"https://app.example.com": true, "http://localhost:5173": true, "https://*.example.com": true, "https://*.example.com:8443": true,
		"*": false, "app.example.com": false, "https://": false, "https://*.com": false, "https://a*.example.com": false,
		"https://app.example.com/": false, "ws://app.example.com": false, "https://a.com,https://b.com": false, "": false,
	} {
		if err := hub.CheckOrigin(pattern); (err == nil) != ok {
			t.Errorf("CheckOrigin(%q) = %v, want ok %v", pattern, err, ok)
		}
	}
}

// A refusal is what the first check that fails says, and none comes after the upgrade.
func TestOrderOfRefusals(t *testing.T) {
	deny := func(err error) func(*hub.Options) {
		return func(o *hub.Options) { o.Authorize = func(*http.Request) error { return err } }
	}
	full := func(o *hub.Options) { o.MaxConns = 1 }
	for _, tt := range []struct {
		name  string
		opts  []func(*hub.Options)
		edit  []func(*http.Request)
		full  bool
		want  int
		retry bool
	}{
		{name: "not GET", edit: []func(*http.Request){func(r *http.Request) { r.Method = http.MethodPost }}, want: 405},
		{name: "foreign origin before authorization", opts: []func(*hub.Options){deny(hub.ErrUnauthorized)}, edit: []func(*http.Request){origin("https://evil.com")}, want: 403},
		{name: "unauthorized before limits", opts: []func(*hub.Options){full, deny(errors.New("no session"))}, full: true, want: 401},
		{name: "forbidden", opts: []func(*hub.Options){deny(hub.ErrForbidden)}, want: 403},
		{name: "no user", opts: []func(*hub.Options){func(o *hub.Options) {
			o.UserID = func(*http.Request) (string, error) { return "", hub.ErrUnauthorized }
		}}, want: 401},
		{name: "a user's id with a space", opts: []func(*hub.Options){func(o *hub.Options) {
			o.UserID = func(*http.Request) (string, error) { return "a b", nil }
		}}, want: 401},
		{name: "full", opts: []func(*hub.Options){full}, full: true, want: 503, retry: true},
		{name: "too many of the user", opts: []func(*hub.Options){fromCookie, func(o *hub.Options) { o.MaxConnsPerUser = 1 }}, edit: []func(*http.Request){as("alice")}, full: true, want: 429, retry: true},
		{name: "too many from the address", opts: []func(*hub.Options){func(o *hub.Options) { o.MaxConnsPerIP = 1 }}, full: true, want: 429, retry: true},
		{name: "all fine, but no websocket", opts: []func(*hub.Options){func(o *hub.Options) { o.Accept = notUpgraded }}, want: 426},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := hubtest.New(t, append([]func(*hub.Options){quiet}, tt.opts...)...)
			if tt.full {
				// Only who is let in takes a place.
				before := s.Hub.Len()
				if tt.want != 401 {
					s.Connect(tt.edit...)
					before++
				}
				defer func() {
					if s.Hub.Len() != before {
						t.Errorf("%d connections, want %d", s.Hub.Len(), before)
					}
				}()
			}
			w := handshake(s, tt.edit...)
			if w.Code != tt.want {
				t.Errorf("status %d %q, want %d", w.Code, w.Body, tt.want)
			}
			if got := w.Header().Get("Retry-After") != ""; got != tt.retry {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

// A place is given back when the connection ends, and when the upgrade fails or
// a middleware panics in it.
func TestPlacesAreGivenBack(t *testing.T) {
	s := hubtest.New(t, quiet, func(o *hub.Options) { o.MaxConns, o.MaxConnsPerIP = 1, 1 })
	for i := 0; i < 3; i++ {
		c := s.Connect()
		c.End(1000, "")
		waitEmpty(t, s.Hub)
	}
	s = hubtest.New(t, quiet, func(o *hub.Options) { o.MaxConns = 1; o.Accept = notUpgraded })
	for i := 0; i < 3; i++ {
		if w := handshake(s); w.Code != 426 {
			t.Fatalf("attempt %d: %d, want 426", i, w.Code)
		}
	}
	s = hubtest.New(t, quiet, func(o *hub.Options) {
		o.MaxConns = 1
		o.Accept = func(http.ResponseWriter, *http.Request) (transport.Conn, error) { panic("not a Hijacker") }
	})
	for i := 0; i < 3; i++ {
		func() {
			defer func() { recover() }() // as net/http does
			if w := handshake(s); w.Code == http.StatusServiceUnavailable {
				t.Fatalf("attempt %d: the place was not given back", i)
			}
		}()
	}
}

func TestRefusalSaysWhatToChange(t *testing.T) {
	var log strings.Builder
	s := hubtest.New(t, logTo(&log))
	handshake(s, origin("https://evil.com"))
	for _, want := range []string{"origin=https://evil.com", "host=app.example.com", "Options.Origins"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, &log)
		}
	}
}
