package project

import (
	"context"
	"strings"
	"testing"
)

// At takes any function that does something to what is served, also one that Find
// would not have proposed.
func TestAt(t *testing.T) {
	for _, tt := range []struct {
		fixture, where string
		want           string // of each candidate: kind, router expression, prefix, statement lists begin at line
	}{
		{"two_equal", "main.go:main", "mount r; mount r"},
		{"chi", "main.go:main", "mount r"},
		{"chi", "main.go:articles", "mount r below /api/articles"},
		{"chi", "main.go:33", "mount r below /api/articles"},
		{"chi", "main.go:admin", "mount r below /admin"},
		{"gin", "main.go:setup", "mount r"},
		{"field", "api/server.go:NewServer", "error: api/server.go:NewServer does nothing to a router that is served; did you mean api/server.go:(*Server).registerHandlers"},
		{"field", "api/server.go:registerHandlers", "mount s.router"},
		{"field", `api\server.go:(*Server).registerHandlers`, "mount s.router"},
		{"decoy", "crud/crud.go:NewHandler", "mount e"},
		{"no_mux", "main.go:main", "wrap http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { …"},
		{"returns_handler", "main.go:main", "wrap server.New(log.Default())"},
		{"cobra", "cmd/serve.go:serveCmd", "mount r"},
		{"side_servers", "main.go:servePprof", "mount m"},
		{"two_mains", "cmd/api/main.go:main", "mount mux"},
		{"fiber_auth", "internal/route/route.go:SetupGuestRoute", "mount c.App"},
		{"generated", "gen/server.gen.go:RegisterHandlers", "error: gen/server.gen.go:RegisterHandlers does nothing to a router that is served; did you mean main.go:main"},
		{"chi", "other.go:main", "error: other.go is no file that has to do with serving; did you mean main.go:main"},
		{"chi", "main", `error: "main" is not of the form file.go:Func`},
	} {
		t.Run(tt.fixture+"/"+tt.where, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unpack(t, "testdata/"+tt.fixture+".txtar", dir)
			p, err := Load(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			cs, err := p.At(t.Context(), tt.where)
			var got []string
			if err != nil {
				got = append(got, "error: "+err.Error())
			}
			for _, c := range cs {
				s := "mount " + c.Expr
				if c.Kind == Wrap {
					s = "wrap " + c.Expr
				}
				if c.Prefix != "" {
					s += " below " + c.Prefix
				}
				got = append(got, s)
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
}

// What Find returns can be chosen again by its At.
func TestAtOfFind(t *testing.T) {
	for _, fixture := range []string{"servemux", "field", "fx", "two_apps", "cobra", "helper", "mounted", "handed_on", "default_mux"} {
		dir := t.TempDir()
		unpack(t, "testdata/"+fixture+".txtar", dir)
		p, err := Load(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		cs, _, err := p.Find(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cs {
			again, err := p.At(context.Background(), c.At())
			if err != nil {
				t.Errorf("%s: %v", fixture, err)
				continue
			}
			found := false
			for _, a := range again {
				found = found || a.sameHome(c)
			}
			if !found {
				t.Errorf("%s: %s is not what At(%s) returns: %s", fixture, c, c.At(), again[0])
			}
		}
	}
}
