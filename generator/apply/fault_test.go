package apply_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wsgen/wsgen/generator/apply"
)

var errFault = errors.New("the disk fell out")

// A step that fails, whichever it is, leaves the tree exactly as before and
// nothing beside it. If it fails after the tree is complete, that is no failure,
// and the next start clears up.
func TestFailureAtEveryStep(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			complete, steps := s.complete(t)
			for n := range steps {
				base, app, before := s.start(t)
				i := 0
				err := s.run(context.Background(), app, func(string) error {
					if i++; i == n+1 {
						return errFault
					}
					return nil
				})
				at := "failed at " + steps[n]
				if err != nil {
					if !errors.Is(err, errFault) || apply.Refused(err) {
						t.Errorf("%s: %v", at, err)
					}
					same(t, at, snapshot(t, base), before)
					continue
				}
				if err := s.next(app); err != nil {
					t.Errorf("%s, next start: %v", at, err)
				}
				same(t, at, snapshot(t, base), complete)
			}
		})
	}
}

// A disk that fails for good at some step may leave things behind; once it is
// mended, the next start makes the tree as before or complete. Recovery that
// fails itself is gone on with.
func TestFailureForGood(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			complete, steps := s.complete(t)
			for n := range steps {
				for m := 0; ; m++ {
					base, app, before := s.start(t)
					s.run(context.Background(), app, failFrom(n))
					at := fmt.Sprintf("failed from %s on", steps[n])
					last := true
					if s.mayUndo && n%4 == 0 {
						last = apply.RecoverStep(app, failFrom(m)) == nil
						at = fmt.Sprintf("%s, recovery failed from step %d on", at, m)
					}
					if err := s.next(app); err != nil {
						t.Errorf("%s, next start: %v", at, err)
					}
					s.recovered(t, at, snapshot(t, base), before, complete)
					if last {
						break
					}
				}
			}
		})
	}
}

func failFrom(n int) func(string) error {
	return func(string) error {
		if n--; n < 0 {
			return errFault
		}
		return nil
	}
}

// A run that is cancelled (Ctrl-C) at any step has either taken back all of it or
// is complete.
func TestCancelAtEveryStep(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			complete, steps := s.complete(t)
			for n := range steps {
				base, app, before := s.start(t)
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				i := 0
				err := s.run(ctx, app, func(string) error {
					if i++; i == n+1 {
						cancel()
					}
					return nil
				})
				at := "cancelled at " + steps[n]
				if err == nil {
					same(t, at, snapshot(t, base), complete)
					continue
				}
				if !errors.Is(err, context.Canceled) || err.Error() != app+": interrupted, nothing was changed" {
					t.Errorf("%s: %v", at, err)
				}
				same(t, at, snapshot(t, base), before)
			}
		})
	}
}

// A run that was cancelled before it began touches nothing.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, s := range scenarios {
		base, app, before := s.start(t)
		if err := s.run(ctx, app, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", s.name, err)
		}
		same(t, s.name, snapshot(t, base), before)
	}
}

// What a system says in a number is said in words: which path of the user's, what
// is wrong, what to do. The names of temporary files do not appear.
func TestErrorsForPeople(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "the disk is full; free some space and run it again"},
		{syscall.EDQUOT, "the disk is full; free some space and run it again"},
		{syscall.EROFS, "the file system is read-only; choose another place or mount it for writing"},
		{syscall.EACCES, "permission denied; choose a place that you may write to, or change its permissions"},
		{syscall.EPERM, "permission denied; choose a place that you may write to, or change its permissions"},
		{syscall.ENAMETOOLONG, "the name is too long for this file system; choose a shorter one"},
		{syscall.EIO, syscall.EIO.Error() + "; mend it and run it again"},
		{errors.New("odd"), "odd; mend it and run it again"},
	} {
		for _, at := range []struct{ scenario, step, path string }{
			{"new", "write internal/web/web.go", "/internal/web/web.go"},
			{"new", "rename app", ""},
			{"new in an empty directory", "rename internal", "/internal"},
			{"new by force", "create internal/web/web.go", "/internal/web/web.go"},
			{"edit", "write .wsgen/journal/pending/0.new", "/.wsgen/manifest.json"},
			{"edit", "modify main.go", "/main.go"},
			{"edit", "mkdir internal/realtime", "/internal/realtime"},
			{"undo", "create attic/old/gone.go", "/attic/old/gone.go"},
		} {
			s := named(t, at.scenario)
			base, app, before := s.start(t)
			err := s.run(context.Background(), app, func(name string) error {
				if name = strings.Replace(name, base+string(filepath.Separator), "", 1); name == at.step {
					return &fs.PathError{Op: "openat", Path: "/temporary", Err: tt.err}
				}
				return nil
			})
			want := app + filepath.FromSlash(at.path) + ": " + tt.want
			if err == nil || err.Error() != want || !errors.Is(err, tt.err) {
				t.Errorf("%s at %s:\ngot  %v\nwant %s", at.scenario, at.step, err, want)
			}
			same(t, at.scenario, snapshot(t, base), before)
		}
	}
}
