package pack

import (
	"reflect"
	"strings"
	"testing"
)

// shop is a pack with something of everything that can be asked for.
const shop = `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "slots": {
    "server": {"dir": "transport", "default": "gorilla", "choices": [
      {"name": "gorilla"}, {"name": "nhooyr", "aliases": ["coder"]}, {"name": "gws"}
    ]},
    "backplane": {"dir": "backplane", "default": "memory", "choices": [{"name": "memory"}, {"name": "redis"}, {"name": "nats"}]},
    "web": {"dir": "web", "default": "vanilla", "choices": [{"name": "vanilla"}, {"name": "api"}]}
  },
  "features": {
    "api": {"sets": {"web": "api"}},
    "docker": {"default": true},
    "github": {"default": true},
    "k8s": {"requires": ["docker", "metrics"]},
    "metrics": {"requires": ["admin"]},
    "admin": {"conflicts": ["readonly"]},
    "readonly": {},
    "redis": {"sets": {"backplane": "redis"}},
    "nats": {"sets": {"backplane": "nats"}}
  },
  "sets": {"app": ["**"]}
}
-- transport/gorilla/t.go --
-- transport/nhooyr/t.go --
-- transport/gws/t.go --
-- backplane/memory/b.go --
-- backplane/redis/b.go --
-- backplane/nats/b.go --
-- web/vanilla/w.go --
-- web/api/w.go --
`

func TestResolve(t *testing.T) {
	p := fixture(t, shop)
	for _, c := range []struct {
		name              string
		server            string
		profiles, without []string
		features          string // that are on, in a row
		slots             string // server backplane web
	}{
		{
			name:     "defaults",
			features: "docker github", slots: "gorilla memory vanilla",
		}, {
			name: "server by option", server: "gws",
			features: "docker github", slots: "gws memory vanilla",
		}, {
			name: "server by alias", server: "coder",
			features: "docker github", slots: "nhooyr memory vanilla",
		}, {
			name: "server named as a profile", profiles: []string{"+coder"},
			features: "docker github", slots: "nhooyr memory vanilla",
		}, {
			name: "the same server three times", server: "nhooyr", profiles: []string{"+coder", "nhooyr"},
			features: "docker github", slots: "nhooyr memory vanilla",
		}, {
			name: "a feature that is named like the choice it makes", profiles: []string{"+api", "api"},
			features: "api docker github", slots: "gorilla memory api",
		}, {
			name: "a feature without a plus sign that sets a slot", profiles: []string{"redis"},
			features: "docker github redis", slots: "gorilla redis vanilla",
		}, {
			name: "without a default", without: []string{"github"},
			features: "docker", slots: "gorilla memory vanilla",
		}, {
			name: "without any", without: []string{"+github", "docker"},
			features: "", slots: "gorilla memory vanilla",
		}, {
			name: "what is required comes along, and what that requires", profiles: []string{"+k8s"},
			features: "admin docker github k8s metrics", slots: "gorilla memory vanilla",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := p.Resolve(c.server, c.profiles, c.without)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.Features, " "); got != c.features {
				t.Errorf("features: got %q, want %q", got, c.features)
			}
			if got := s.Slots["server"] + " " + s.Slots["backplane"] + " " + s.Slots["web"]; got != c.slots {
				t.Errorf("slots: got %q, want %q", got, c.slots)
			}
		})
	}
}

// Who mistypes three things hears of three things, and what was meant.
func TestResolveReportsAllProblems(t *testing.T) {
	p := fixture(t, shop)
	for _, c := range []struct {
		name              string
		server            string
		profiles, without []string
		want              string
	}{
		{
			name: "all at once", server: "gorrila", profiles: []string{"+dokcer", "+metric", "+zebra"}, without: []string{"git", "redis"},
			want: `
profile: unknown profile +dokcer; did you mean +docker? (wsgen profiles lists all)
profile: unknown profile +metric; did you mean +metrics? (wsgen profiles lists all)
profile: unknown profile +zebra (wsgen profiles lists all)
server: unknown server "gorrila"; did you mean gorilla? (choose one of gorilla, nhooyr or gws)
without: --without=redis: redis is not on (leave it out)
without: unknown profile in --without=git; did you mean github? (wsgen profiles lists all)`,
		}, {
			name: "an alias is suggested by its own name", server: "codr",
			want: `server: unknown server "codr"; did you mean nhooyr? (choose one of gorilla, nhooyr or gws)`,
		}, {
			name: "a server may be meant where a profile is named", profiles: []string{"+gw"},
			want: `profile: unknown profile +gw; did you mean +gws? (wsgen profiles lists all)`,
		}, {
			name: "but not where a profile is left out", without: []string{"gws"},
			want: `without: unknown profile in --without=gws (wsgen profiles lists all)`,
		}, {
			name: "two servers", server: "gorilla", profiles: []string{"+gws"},
			want: `server: --server=gorilla and +gws are different servers; a project has one (keep one of them)`,
		}, {
			name: "three servers", profiles: []string{"+gws", "+coder", "+gws", "+gorilla"},
			want: `server: +gws, +coder and +gorilla are different servers; a project has one (keep one of them)`,
		}, {
			name: "with and without", profiles: []string{"docker"}, without: []string{"docker"},
			want: `without: +docker and --without=docker exclude each other (leave one of them out)`,
		}, {
			name: "without what is needed", profiles: []string{"k8s"}, without: []string{"docker"},
			want: `without: --without=docker: +k8s needs it (leave one of them out)`,
		}, {
			name: "one conflict, named from either side", profiles: []string{"readonly", "admin"},
			want: `profile: +admin and +readonly exclude each other (keep one of them)`,
		}, {
			name: "a conflict with what another brings along", profiles: []string{"readonly", "k8s"},
			want: `profile: +admin (needed by +metrics) and +readonly exclude each other (keep one of them)`,
		}, {
			name: "two that fill the same slot", profiles: []string{"redis", "nats"},
			want: `profile: +nats and +redis exclude each other: a project has one backplane (keep one of them)`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := p.Resolve(c.server, c.profiles, c.without)
			problems, _ := err.(Problems)
			var lines []string
			for _, x := range problems {
				lines = append(lines, x.Option+": "+x.Text+" ("+x.Fix+")")
			}
			equal(t, strings.Join(lines, "\n"), c.want)
		})
	}
}

func TestNearest(t *testing.T) {
	all := map[string]string{"coder": "nhooyr"}
	for _, name := range []string{"api", "docker", "github", "gorilla", "gws", "nhooyr"} {
		all[name] = name
	}
	for typed, want := range map[string]string{
		"docker":   "docker",
		"dokcer":   "docker", // neighbours swapped
		"dockr":    "docker", // one left out
		"dockerr":  "docker", // one too many
		"rocket":   "docker", // two wrong
		"coders":   "nhooyr", // an alias
		"doc":      "docker", // the beginning
		"dockerfy": "docker", // more than it
		"GWS":      "gws",
		"gw":       "gws",
		"g":        "", // the beginning of too much
		"xyz":      "",
		"react":    "",
		"":         "",
	} {
		if got := strings.Join(nearest(typed, all), " "); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

// A fence may be about a feature or a choice, of whatever slot.
func TestSelectionOn(t *testing.T) {
	s, err := fixture(t, shop).Resolve("gws", []string{"api"}, []string{"github"})
	if err != nil {
		t.Fatal(err)
	}
	var on []string
	for _, name := range []string{"api", "docker", "github", "gorilla", "gws", "memory", "vanilla"} {
		if s.On(name) {
			on = append(on, name)
		}
	}
	if want := []string{"api", "docker", "gws", "memory"}; !reflect.DeepEqual(on, want) {
		t.Errorf("got %q, want %q", on, want)
	}
}
