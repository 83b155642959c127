package apply_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
)

// The test binary runs itself as the process that is to die: it carries out one
// scenario and kills itself at one step.
const (
	childScenario = "APPLY_TEST_SCENARIO"
	childTarget   = "APPLY_TEST_TARGET"
	childStep     = "APPLY_TEST_STEP"
	childRecovers = "APPLY_TEST_RECOVERS" // it runs Recover instead
)

func TestMain(m *testing.M) {
	if name := os.Getenv(childScenario); name != "" {
		if err := child(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Thousands of small runs, each synced: in memory this takes seconds. Set
	// TMPDIR to run the tests on the file system of your choice.
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() && os.Getenv("TMPDIR") == "" {
		os.Setenv("TMPDIR", memory)
	}
	os.Exit(m.Run())
}

func child(name string) error {
	i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
	die, err := strconv.Atoi(os.Getenv(childStep))
	if err != nil {
		return err
	}
	step := func(string) error {
		if die--; die == 0 {
			p, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = p.Kill()
			}
			if err != nil {
				panic(err)
			}
			select {}
		}
		return nil
	}
	if os.Getenv(childRecovers) != "" {
		return apply.RecoverStep(os.Getenv(childTarget), step)
	}
	return scenarios[i].run(context.Background(), os.Getenv(childTarget), step)
}

// killed runs s, or Recover after it, in a process that kills itself at the given
// step, and reports whether it came to that.
func (s *scenario) killed(t *testing.T, app string, step int, recovers string) bool {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childScenario+"="+s.name, childTarget+"="+app, childStep+"="+strconv.Itoa(step), childRecovers+"="+recovers)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if len(out) > 0 {
		t.Fatalf("step %d: the child failed instead of dying: %s", step, out)
	}
	return true
}

// A process that is killed (SIGKILL) at any step leaves the target as before or
// complete, or the next start makes it so; nothing else is left behind.
func TestKilledAtEveryStep(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			complete, steps := s.complete(t)
			for n := 1; ; n++ {
				base, app, before := s.start(t)
				if !s.killed(t, app, n, "") {
					if n <= len(steps) {
						t.Errorf("only %d steps, want %d", n-1, len(steps))
					}
					same(t, "undisturbed", snapshot(t, base), complete)
					return
				}
				if n > len(steps) {
					t.Fatalf("more than %d steps", len(steps))
				}
				at := fmt.Sprintf("killed at step %d, %s", n, steps[n-1])
				// A tree that is made beside its target comes all at once.
				if _, there := before[s.target+"/"]; !there {
					if got := snapshot(t, app); len(got) > 0 {
						same(t, at, got, complete.below(s.target))
					}
				}
				if err := s.next(app); err != nil {
					t.Errorf("%s, next start: %v", at, err)
				}
				s.recovered(t, at, snapshot(t, base), before, complete)
			}
		})
	}
}

// recovered checks what the next start has made of the tree.
func (s *scenario) recovered(t *testing.T, at string, got, before, complete tree) {
	t.Helper()
	toBefore, toComplete := got.diff(before), got.diff(complete)
	switch {
	case toComplete == "", s.mayUndo && toBefore == "":
	case s.mayUndo:
		t.Errorf("%s: neither as before:\n%s nor complete:\n%s", at, toBefore, toComplete)
	default:
		t.Errorf("%s: not complete:\n%s", at, toComplete)
	}
}

// Recovery that is killed itself, at any of its steps, is gone on with by the
// next start.
func TestRecoveryKilledAtEveryStep(t *testing.T) {
	for _, s := range scenarios {
		if !s.mayUndo {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			complete, steps := s.complete(t)
			done := slices.Index(steps, "complete .wsgen/journal/pending/done.json") + 1
			for _, n := range []int{done - 3, done, done + 2} { // half changed, all changed, complete
				for m := 1; ; m++ {
					base, app, before := s.start(t)
					if !s.killed(t, app, n, "") {
						t.Fatalf("not killed at step %d", n)
					}
					died := s.killed(t, app, m, "yes")
					if err := apply.Recover(app); err != nil {
						t.Error(err)
					}
					at := fmt.Sprintf("killed at %s and at step %d of recovery", steps[n-1], m)
					s.recovered(t, at, snapshot(t, base), before, complete)
					if !died {
						break
					}
				}
			}
		})
	}
}
