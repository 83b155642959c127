package hub

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// CheckOrigin reports what is wrong with a pattern for Options.Origins: a
// scheme and a host, such as "https://app.example.com" or
// "https://*.example.com", which stands for all hosts below example.com but not
// for example.com itself.
func CheckOrigin(pattern string) error {
	bad := func(why string) error {
		return fmt.Errorf(`origin %q: %s; write it as "https://app.example.com" or "https://*.example.com"`, pattern, why)
	}
	if pattern == "*" {
		return bad("any page on the web could connect as its visitor")
	}
	scheme, host, ok := strings.Cut(pattern, "://")
	if !ok || (scheme != "http" && scheme != "https") {
		return bad("the scheme http or https is missing")
	}
	name := strings.TrimPrefix(host, "*.")
	if name == "" || strings.ContainsAny(name, "*/?#@ ,") {
		return bad("not a host")
	}
	if host != name && !strings.Contains(name, ".") {
		return bad("too wide")
	}
	if u, err := url.Parse(scheme + "://" + name); err != nil || u.Host != name {
		return bad("not a host")
	}
	return nil
}

// originAllowed reports whether the page that makes the request may connect.
// Without an Origin header it is no browser, and there are no cookies to abuse.
func originAllowed(r *http.Request, patterns []string) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	if scheme, host, _ := strings.Cut(origins[0], "://"); len(origins) == 1 && host == r.Host && (scheme == "https" || scheme == "http") {
		return true // most requests: the page is our own
	}
	u, err := url.Parse(origins[0])
	if len(origins) > 1 || err != nil || u.Host == "" || u.User != nil || (u.Path != "" && u.Path != "/") || (u.Scheme != "http" && u.Scheme != "https") {
		return false
	}
	origin := withoutPort(strings.ToLower(u.Host), u.Scheme)
	if origin == withoutPort(strings.ToLower(r.Host), u.Scheme) {
		return true
	}
	for _, p := range patterns {
		scheme, host, _ := strings.Cut(strings.ToLower(p), "://")
		if scheme != u.Scheme {
			continue
		}
		host = withoutPort(host, scheme)
		if host == origin || strings.HasPrefix(host, "*.") && strings.HasSuffix(origin, host[1:]) && len(origin) > len(host)-1 {
			return true
		}
	}
	return false
}

// withoutPort drops the port that the scheme implies: browsers leave it out of
// Origin, and some proxies put it into Host.
func withoutPort(host, scheme string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
