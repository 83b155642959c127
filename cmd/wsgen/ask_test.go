package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator"
	"github.com/wsgen/wsgen/generator/apply"
	"github.com/wsgen/wsgen/generator/plan"
)

// A scripted prompter answers from a map by label; a label that is not in it
// must not be asked for.
type scripted struct {
	t       *testing.T
	answers map[string]string // MultiSelect: names separated by blanks
	asked   []string
}

func (s *scripted) answer(label string) string {
	s.asked = append(s.asked, label)
	answer, ok := s.answers[label]
	if !ok {
		s.t.Errorf("asked for %q", label)
	}
	return answer
}

func (s *scripted) Input(_ context.Context, q question) (string, error) {
	answer := s.answer(q.label)
	if answer == "" {
		answer = q.preset
	}
	if q.check != nil {
		if err := q.check(answer); err != nil {
			return "", fmt.Errorf("%s: %w", q.label, err)
		}
	}
	return answer, nil
}

func (s *scripted) Select(_ context.Context, q question) (string, error) {
	answer := s.answer(q.label)
	if !slices.Contains(q.names(), answer) {
		s.t.Errorf("%s offers %v, not %s", q.label, q.names(), answer)
	}
	return answer, nil
}

func (s *scripted) MultiSelect(_ context.Context, q question) ([]string, error) {
	return strings.Fields(s.answer(q.label)), nil
}

// asked runs `wsgen new` with somebody to ask and returns what the generator
// was asked for.
func asked(t *testing.T, answers map[string]string, args ...string) (generator.NewOptions, *scripted, result) {
	t.Helper()
	s := &scripted{t: t, answers: answers}
	var o generator.NewOptions
	got := runApp(t, t.Context(), func(a *app) {
		a.ask = func(*console) (Prompter, string) { return s, "" }
		a.render = func(ctx context.Context, given generator.NewOptions) (*plan.Plan, error) {
			o = given
			return generator.New(ctx, given)
		}
		a.create = func(context.Context, string, *plan.Plan, apply.NewOptions) error { return nil }
	}, append([]string{"new"}, args...)...)
	return o, s, got
}

func TestEverythingIsAsked(t *testing.T) {
	t.Chdir(t.TempDir())
	o, s, got := asked(t, map[string]string{
		"Project name": "chat", "Module path": "example.com/chat", "Websocket server": "gws", "Front end": "none", "Extras": "docker",
	})
	if got.code != exitDone {
		t.Fatalf("exit %d\n%s", got.code, got.err)
	}
	if want := []string{"Project name", "Module path", "Websocket server", "Front end", "Extras"}; !slices.Equal(s.asked, want) {
		t.Errorf("asked %q, want %q", s.asked, want)
	}
	if o.Name != "chat" || o.Module != "example.com/chat" || o.Server != "gws" ||
		!slices.Equal(o.Profiles, []string{"api"}) || !slices.Equal(o.Without, []string{"github"}) {
		t.Errorf("asked the generator for %+v", o)
	}
	mustHave(t, got.err, "The same again without questions:\n  wsgen new chat --module=example.com/chat --server=gws +api --without=github\n")
}

// "." is an answer, too; the name is then that of the directory.
func TestDotIsAnAnswer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "here")
	mkdir(t, dir)
	t.Chdir(dir)
	o, _, got := asked(t, map[string]string{
		"Project name": ".", "Module path": "", "Websocket server": "gorilla", "Front end": "vanilla", "Extras": "docker github",
	})
	if o.Name != "here" || o.Module != "" {
		t.Errorf("asked the generator for %+v", o)
	}
	mustHave(t, got.err, "  wsgen new . --server=gorilla\n")
}

func TestWhatIsGivenIsNotAsked(t *testing.T) {
	t.Chdir(t.TempDir())
	for args, answers := range map[string]map[string]string{
		"--server=gws":                             {"Project name": "chat", "Module path": "", "Front end": "vanilla", "Extras": ""},
		"+gws +api":                                {"Project name": "chat", "Module path": "", "Extras": ""},
		"--module=m.example/c --without=docker":    {"Project name": "chat", "Websocket server": "gorilla", "Front end": "vanilla"},
		"+gws +api +docker --module=m.example/c":   {"Project name": "chat"},
		"+nhooyr +docker --module m.example/c -q":  {"Project name": "chat", "Front end": "vanilla"},
		"--dry-run +gws --module=m.example/c +api": {"Project name": "a/b/chat", "Extras": "docker github"},
	} {
		_, s, got := asked(t, answers, strings.Fields(args)...)
		if got.code != exitDone {
			t.Errorf("%s: exit %d\n%s", args, got.code, got.err)
		}
		if len(s.asked) != len(answers) {
			t.Errorf("%s: asked %q", args, s.asked)
		}
	}
}

// What cannot be is said before the first question.
func TestNoQuestionsBeforeARefusal(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{"+dokcer", "--server=gwss", "--module=fmt", "--route=x", "+gws --server=gorilla", "--without=docker +docker"} {
		_, s, got := asked(t, nil, strings.Fields(args)...)
		if got.code != exitUsage || len(s.asked) > 0 {
			t.Errorf("%s: exit %d, asked %q\n%s", args, got.code, s.asked, got.err)
		}
	}
	mkdir(t, "full/of")
	if _, s, got := asked(t, nil, "--dir=full"); got.code != exitRefused || len(s.asked) > 0 {
		t.Errorf("--dir=full: exit %d, asked %q\n%s", got.code, s.asked, got.err)
	}
}

// A name is judged where it is asked for: as a name, and as a place.
func TestNameIsJudgedWhenItIsAsked(t *testing.T) {
	t.Chdir(t.TempDir())
	mkdir(t, "full/of")
	if err := os.WriteFile("file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"":                            "a project needs a name",
		"fmt":                         "standard library",
		"full":                        "directory ./full: not empty (1 entry); choose another name",
		"file":                        "there is a file of that name",
		filepath.Join("file", "chat"): "is a file, not a directory",
	} {
		_, _, got := asked(t, map[string]string{"Project name": name})
		if !strings.Contains(got.err, want) {
			t.Errorf("%q: no %q in %s", name, want, got.err)
		}
	}
}

// The flags and surroundings that forbid questions, and what a missing name
// says then.
func TestNobodyToAsk(t *testing.T) {
	t.Chdir(t.TempDir())
	for args, why := range map[string]string{
		"new":            "stdin is not a terminal",
		"new --yes":      "--yes is given",
		"new -y":         "--yes is given",
		"new --no-input": "--no-input is given",
		"new --json":     "--json is given",
		"new +docker":    "stdin is not a terminal",
	} {
		got := wsgen(t, strings.Fields(args)...)
		want := "wsgen: new: missing project name: not asking because " + why + "\n  fix: wsgen new NAME\n"
		if got.code != exitUsage || got.err != want {
			t.Errorf("%s: exit %d\n%swant\n%s", args, got.code, got.err, want)
		}
	}
}

// Who cannot be asked for the name learns at once what else is wrong.
func TestMissingNameAndMore(t *testing.T) {
	got := wsgen(t, "new", "+dokcer", "--server=gwss")
	if got.code != exitUsage {
		t.Errorf("exit %d", got.code)
	}
	mustHave(t, got.err, "wsgen: new: 3 problems\n  missing project name: not asking because stdin is not a terminal\n    fix: wsgen new NAME\n", "+docker", "gws?")
}

// A line that wraps makes survey draw over what stands above it.
func TestQuestionsFitOnATerminal(t *testing.T) {
	for _, q := range []question{serverQuestion(), frontEndQuestion(), extrasQuestion()} {
		for _, c := range q.choices {
			if line := "> [x]  " + c.name + " - " + c.doc; len(line) > 79 {
				t.Errorf("%s: %d columns: %s", q.label, len(line), line)
			}
		}
	}
}
