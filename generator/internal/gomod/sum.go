package gomod

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/wsgen/wsgen/generator/plan"
)

// lines returns the two lines that go.sum has for m, without carriage return.
func (m *Module) lines() []string {
	return []string{
		m.Path + " " + m.Version + " " + m.Sum + "\n",
		m.Path + " " + m.Version + "/go.mod " + m.ModSum + "\n",
	}
}

// hasSum reports whether go.sum has the sum of the files of a module.
func hasSum(sum []byte, m module.Version) bool {
	prefix := m.Path + " " + m.Version + " "
	for line := range bytes.Lines(sum) {
		if bytes.HasPrefix(line, []byte(prefix)) {
			return true
		}
	}
	return false
}

// hasNewer reports whether go.sum has a sum for the files of the module at that
// version or a newer one.
func hasNewer(sum []byte, m module.Version) bool {
	for line := range bytes.Lines(sum) {
		f := strings.Fields(string(line))
		if len(f) == 3 && f[0] == m.Path && !strings.HasSuffix(f[1], "/go.mod") && semver.Compare(f[1], m.Version) >= 0 {
			return true
		}
	}
	return false
}

// sumEdits returns the edits that put lines into go.sum where the go command
// would, leaving out those that are there.
func sumEdits(sum []byte, lines []string) []plan.Edit {
	var have []string
	offsets := []int{0}
	for line := range bytes.Lines(sum) {
		have = append(have, strings.TrimRight(string(line), "\r\n")+"\n")
		offsets = append(offsets, offsets[len(offsets)-1]+len(line))
	}
	sorted := slices.IsSortedFunc(have, compareSums)
	eol := "\n"
	if bytes.Contains(sum, []byte("\r\n")) {
		eol = "\r\n"
	}
	slices.SortFunc(lines, compareSums)
	var edits []plan.Edit
	for _, line := range slices.Compact(lines) {
		if slices.Contains(have, line) {
			continue
		}
		i := len(have)
		if sorted {
			i, _ = slices.BinarySearchFunc(have, line, compareSums)
		}
		text := strings.TrimSuffix(line, "\n") + eol
		if n := len(sum); i == len(have) && n > 0 && sum[n-1] != '\n' && (len(edits) == 0 || edits[len(edits)-1].Start < n) {
			text = eol + text
		}
		edits = append(edits, plan.Edit{Start: offsets[i], End: offsets[i], Text: text})
	}
	return edits
}

// compareSums has the order in which the go command writes go.sum: by module,
// by version, that of the files before that of go.mod.
func compareSums(a, b string) int {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) < 2 || len(y) < 2 {
		return strings.Compare(a, b)
	}
	if c := strings.Compare(x[0], y[0]); c != 0 {
		return c
	}
	vx, fx, _ := strings.Cut(x[1], "/")
	vy, fy, _ := strings.Cut(y[1], "/")
	if c := semver.Compare(vx, vy); c != 0 {
		return c
	}
	return strings.Compare(vx+"/"+fx, vy+"/"+fy)
}
