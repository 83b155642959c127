// Command score tries `wsgen add websockets` on real projects that are laid out
// beforehand, and prints a table of what became of each:
//
//	go run ./generator/e2e/score -projects DIR [-table FILE] [-build] [ID...]
//
// DIR holds one git work tree per project, called by its id, with nothing to
// commit. FILE says more about them: tab-separated columns, of which id,
// module_dir and main_package are read. The work trees are as before afterwards.
//
// Columns: outcome (mounted: unasked; asked: wsgen named candidates; refused;
// failed), lines changed in files that were there and what of it is surplus (more
// than the import, the statement and the lines before a shutdown), with -build
// new build errors, and whether undo left every byte as it was.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// patience is how long one command may take.
const patience = 3 * time.Minute

func main() {
	projects := flag.String("projects", "", "folder with the projects")
	table := flag.String("table", "", "tab-separated file that tells of them")
	build := flag.Bool("build", false, "compile each project before and after")
	flag.Parse()
	if err := run(*projects, *table, *build, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func run(projects, table string, build bool, ids []string) error {
	rows, err := readTable(table)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = idsIn(projects); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp("", "score")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	wsgen := filepath.Join(tmp, "wsgen")
	if out, code := command("", "go", "build", "-o", wsgen, "./cmd/wsgen"); code != 0 {
		return fmt.Errorf("go build ./cmd/wsgen, from the root of the repository: %s", out)
	}

	counts := map[string]int{}
	fmt.Println("| project | outcome | lines | surplus | new errors | undone | ms | |")
	fmt.Println("|---|---|--:|--:|--:|---|--:|---|")
	for _, id := range ids {
		r := try(wsgen, filepath.Join(projects, id), rows[id], build)
		counts[r.outcome]++
		if r.outcome == "mounted" && !r.undone {
			counts["not undone"]++
		}
		counts["surplus lines"] += r.surplus
		fmt.Printf("| %s | %s | %d | %d | %s | %v | %d | %s |\n", id, r.outcome, r.lines, r.surplus, r.errors, r.undone, r.took.Milliseconds(), r.why)
	}
	fmt.Println()
	for _, name := range []string{"mounted", "asked", "refused", "failed", "surplus lines", "not undone"} {
		fmt.Printf("%s: %d\n", name, counts[name])
	}
	return nil
}

// A row is what the table says of a project.
type row struct{ moduleDir, main string }

// A result is what became of a project.
type result struct {
	outcome, why string
	lines        int // changed in files that were there
	surplus      int
	errors       string
	undone       bool
	took         time.Duration
}

// try adds websockets to the project in dir and takes them back.
func try(wsgen, dir string, about row, build bool) (r result) {
	module := filepath.Join(dir, about.moduleDir)
	r.errors = "-"
	before := 0
	if build {
		before = buildErrors(module)
	}
	start := time.Now()
	args := []string{"add", "websockets", "--yes", "--no-check"}
	if about.main != "" {
		args = append(args, "--main="+about.main)
	}
	out, code := command(module, wsgen, args...)
	r.took = time.Since(start)
	switch {
	case code == 0:
		r.outcome = "mounted"
	case code == 3 && strings.Contains(out, "--at="):
		r.outcome = "asked"
	case code == 3:
		r.outcome = "refused"
	default:
		r.outcome = "failed"
	}
	if code != 0 {
		r.why = firstLine(out)
		r.undone = clean(dir)
		return r
	}
	r.lines, r.surplus = changes(dir)
	if build {
		r.errors = strconv.Itoa(max(0, buildErrors(module)-before))
	}
	if out, code := command(module, wsgen, "undo"); code != 0 {
		r.why = "undo: " + firstLine(out)
	}
	r.undone = clean(dir)
	if !r.undone {
		command(dir, "git", "checkout", "-q", ".")
		command(dir, "git", "clean", "-fdq")
	}
	return r
}

// changes counts the lines of Go files that were there which differ now, and
// those among them that are not for the websocket. A line that gets a Wrap counts
// twice, as it goes and comes.
func changes(dir string) (lines, surplus int) {
	out, _ := command(dir, "git", "diff", "-U0", "--", "*.go")
	for line := range strings.Lines(out) {
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		case strings.HasPrefix(line, "+"):
			lines++
			if !planned(strings.TrimSpace(line[1:])) {
				surplus++
			}
			if strings.Contains(line, ".Wrap(") {
				surplus-- // for the line that it was
			}
		case strings.HasPrefix(line, "-"):
			lines++
			surplus++
		}
	}
	return lines, surplus
}

// planned reports whether a line is one that add means to write: the statements,
// the import and its group, and what Shutdown needs where no context is at hand.
func planned(text string) bool {
	return text == "" || text == "import (" || text == ")" || text == `"context"` || strings.Contains(text, "realtime")
}

// buildErrors counts the lines that the compiler complains in.
func buildErrors(dir string) int {
	out, code := command(dir, "go", "build", "-mod=mod", "-gcflags=-e", "./...")
	if code == 0 {
		return 0
	}
	return strings.Count(out, ".go:") + 1
}

// clean reports whether the work tree is as it was committed.
func clean(dir string) bool {
	out, code := command(dir, "git", "status", "--porcelain", "--ignored=no")
	return code == 0 && out == ""
}

// command runs a program in dir, for as long as patience lasts, and returns what
// it says and its exit code, which is -1 if it did not end by itself.
func command(dir, name string, args ...string) (string, int) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil && c.ProcessState == nil {
		return err.Error(), -1
	}
	return out.String(), c.ProcessState.ExitCode()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.ReplaceAll(line, "|", "/")
}

// idsIn returns the folders of dir that are git work trees, by name.
func idsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(dir, e.Name(), ".git")); err == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// readTable reads the table; none is needed.
func readTable(file string) (map[string]row, error) {
	rows := map[string]row{}
	if file == "" {
		return rows, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var columns []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if columns == nil {
			columns = fields
			continue
		}
		named := map[string]string{}
		for i, f := range fields {
			if i < len(columns) {
				named[columns[i]] = f
			}
		}
		rows[named["id"]] = row{moduleDir: named["module_dir"], main: named["main_package"]}
	}
	return rows, nil
}
