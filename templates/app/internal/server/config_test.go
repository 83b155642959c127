package server

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
)

// vars is an environment.
type vars map[string]string

func (v vars) get(name string) string { return v[name] }

func parse(env vars, args ...string) (Config, error) {
	return ParseConfig("app", args, env.get, io.Discard)
}

func TestDefaultsAreThoseOfTheHub(t *testing.T) {
	c, err := parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.LogLevel != slog.LevelInfo || c.LogFormat != "auto" || c.PprofAddr != "" || c.Compression {
		t.Errorf("defaults are %+v", c)
	}
	var got, want hub.Options
	c.Realtime(&got)
	want = hub.DefaultOptions()
	if got.MaxMessage != want.MaxMessage || got.MaxConns != want.MaxConns ||
		got.MaxConnsPerUser != want.MaxConnsPerUser || got.MaxConnsPerIP != want.MaxConnsPerIP ||
		got.Rate != want.Rate || got.Burst != want.Burst {
		t.Errorf("limits are %+v, want %+v", got, want)
	}
}

func TestFlagWinsOverVariable(t *testing.T) {
	env := vars{"ADDR": ":1", "BURST": "7", "RATE": "", "ORIGINS": "https://a.example, https://*.b.example"}
	c, err := parse(env, "-addr", ":2", "-compression", "-log-level=debug")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":2" || c.Burst != 7 || c.Rate != 50 || !c.Compression || c.LogLevel != slog.LevelDebug {
		t.Errorf("got %+v", c)
	}
	if got := strings.Join(c.Origins, " "); got != "https://a.example https://*.b.example" {
		t.Errorf("origins are %s", got)
	}
}

func TestZeroIsNoLimit(t *testing.T) {
	c, err := parse(vars{"MAX_MESSAGE": "0", "MAX_CONNS": "0", "MAX_CONNS_PER_USER": "0", "MAX_CONNS_PER_IP": "0", "BURST": "0"})
	if err != nil {
		t.Fatal(err)
	}
	o := hub.DefaultOptions()
	c.Realtime(&o)
	if o.MaxMessage != 0 || o.MaxConns != 0 || o.MaxConnsPerUser != 0 || o.MaxConnsPerIP != 0 || o.Rate != 0 {
		t.Errorf("got %+v", o)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := parse(vars{
		"ADDR":       "8080",
		"ORIGINS":    "https://ok.example,*,example.com",
		"MAX_CONNS":  "-1",
		"BURST":      "1.5",
		"RATE":       "fast",
		"LOG_LEVEL":  "loud",
		"LOG_FORMAT": "xml",
		"PPROF_ADDR": "localhost:http",
	}, "-compression=maybe")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		"ADDR=8080: want host:port",
		`origin "*"`, `origin "example.com"`,
		"MAX_CONNS=-1: want a number from 0",
		"BURST=1.5: want a whole number",
		"RATE=fast: want a number",
		"LOG_LEVEL=loud: want debug",
		"LOG_FORMAT=xml: want one of text, json, auto",
		"PPROF_ADDR=localhost:http: port",
		"-compression=maybe: want true or false",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "ok.example\"") {
		t.Errorf("the error blames what is right:\n%v", err)
	}
}

func TestUnknownFlagsAndArguments(t *testing.T) {
	for _, args := range [][]string{{"-port", "80"}, {"serve"}, {"-addr"}} {
		if _, err := parse(nil, args...); err == nil || !strings.Contains(err.Error(), "-h lists the flags") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	var help strings.Builder
	if _, err := ParseConfig("app", []string{"-h"}, vars{}.get, &help); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v", err)
	}
	for _, s := range new(Config).settings() {
		if !strings.Contains(help.String(), "-"+s.flag+" ") || !strings.Contains(help.String(), s.env) || !strings.Contains(help.String(), s.fallback) {
			t.Errorf("-h does not tell of -%s, %s, %q", s.flag, s.env, s.fallback)
		}
	}
}

func TestReadmeListsEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Skip(err)
	}
	for _, s := range new(Config).settings() {
		fallback := "`" + s.fallback + "`"
		if s.fallback == "" {
			fallback = ""
		}
		row := strings.Join(strings.Fields("| `"+s.env+"` | `-"+s.flag+"` | "+fallback+" |"), " ")
		if !strings.Contains(string(readme), row) {
			t.Errorf("README.md has no row %s", row)
		}
	}
}
