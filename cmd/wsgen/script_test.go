package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the sessions in testdata/script. Besides the usual commands
// of testscript these have
//
//	code N command...  like exec, for a command that exits with N
//	noleftovers        nothing that wsgen makes on its way lies about
//	same DIR DIR       two trees have the same files with the same bytes
//
// and $WSGEN, the program itself.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			path, err := exec.LookPath("wsgen")
			e.Setenv("WSGEN", path)
			if err != nil {
				return err
			}
			return goEnv(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":        scriptCode,
			"noleftovers": scriptNoLeftovers,
			"same":        scriptSame,
		},
	})
}

// goEnv lets the go command find the modules and the build cache of this
// machine, and nothing beyond it.
func goEnv(e *testscript.Env) error {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		return err
	}
	modules, cache, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	e.Setenv("GOMODCACHE", strings.TrimSpace(modules))
	e.Setenv("GOCACHE", strings.TrimSpace(cache))
	e.Setenv("GOPROXY", "off")
	e.Setenv("GOTOOLCHAIN", "local")
	e.Setenv("GOFLAGS", "")
	return nil
}

func scriptCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// scriptNoLeftovers looks for stages everywhere in the work directory.
func scriptNoLeftovers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: noleftovers")
	}
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.Contains(d.Name(), stageDir) {
			ts.Fatalf("left behind: %s", path)
		}
		return nil
	}))
}

func scriptSame(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same DIR DIR")
	}
	ts.Check(sameTree(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
}

// sameTree compares the files of two directories byte for byte, and their modes.
func sameTree(x, y string) error {
	a, err := readTree(x)
	if err != nil {
		return err
	}
	b, err := readTree(y)
	if err != nil {
		return err
	}
	if len(a) == 0 {
		return errors.New(x + " has no files")
	}
	for path, data := range a {
		if !bytes.Equal(data, b[path]) {
			return errors.New(path + " differs")
		}
		delete(b, path)
	}
	for path := range b {
		return errors.New(path + " is in " + y + " only")
	}
	return nil
}

// readTree returns the files below dir: path to mode and contents.
func readTree(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	return files, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[rel] = append([]byte(info.Mode().String()+"\n"), data...)
		return err
	})
}
