package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
)

// A step is work after the files are written; its failure does not make the
// project any less complete.
type step struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Err  string `json:"error,omitempty"`
}

// firstCommit makes dir a git repository with one commit. A directory that
// stands in a repository already is left to its owner.
func firstCommit(ctx context.Context, dir, name string) []step {
	const init, commit = "git init", "git commit"
	if _, err := exec.LookPath("git"); err != nil {
		return []step{{Name: init, Err: "git was not found in PATH"}}
	}
	if out, err := git(ctx, dir, "rev-parse", "--is-inside-work-tree"); err == nil && out == "true" {
		return []step{{Name: init, Err: "the directory is part of a git repository already; add the files there"}}
	}
	if out, err := git(ctx, dir, "init", "--quiet"); err != nil {
		return []step{{Name: init, Err: gitFailure(ctx, out, err)}}
	}
	steps := []step{{Name: init, OK: true}}
	out, err := git(ctx, dir, "add", "--all")
	if err == nil {
		out, err = git(ctx, dir, "commit", "--quiet", "--message", "Start "+name)
	}
	if err != nil {
		return append(steps, step{Name: commit, Err: gitFailure(ctx, out, err)})
	}
	return append(steps, step{Name: commit, OK: true})
}

// git runs git in dir and returns what it printed. It asks nobody anything and
// does not follow a repository that the environment names (hooks set those).
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX":
		default:
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// uncommitted returns those of the paths, relative to dir, of which git has no
// copy as they are: changed since the last commit, or never added. Where there is
// no git, or no repository, there are none.
func uncommitted(ctx context.Context, dir string, paths []string) []string {
	if len(paths) == 0 {
		return nil
	}
	out, err := git(ctx, dir, append([]string{"status", "--porcelain", "-z", "--no-renames", "--"}, paths...)...)
	if err != nil {
		return nil
	}
	top, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return nil
	}
	var dirty []string
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 {
			dirty = append(dirty, strings.TrimPrefix(strings.TrimSpace(entry[2:]), top))
		}
	}
	return dirty
}

// gitFailure is the line of git's output that says most.
func gitFailure(ctx context.Context, out string, err error) string {
	if ctx.Err() != nil {
		return "interrupted"
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err.Error()
	}
	for _, line := range strings.Split(out, "\n") {
		if msg, ok := strings.CutPrefix(line, "fatal: "); ok {
			return msg
		}
	}
	first, _, _ := strings.Cut(out, "\n")
	if first == "" {
		return exit.Error()
	}
	return first
}
