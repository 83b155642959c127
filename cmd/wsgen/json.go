package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/wsgen/wsgen/generator/plan"
)

// newResult is the document of `wsgen new --json`.
type newResult struct {
	OK       bool       `json:"ok"`
	Dir      string     `json:"dir"`
	Name     string     `json:"name"`
	Module   string     `json:"module"`
	Server   string     `json:"server"`
	Route    string     `json:"route"`
	Profiles []string   `json:"profiles"`
	Files    []fileLine `json:"files"`
	Steps    []step     `json:"steps,omitempty"`
	Next     []string   `json:"next"`
	Command  string     `json:"command"` // the same again
}

// fileLine is one file of a result.
type fileLine struct {
	Path   string `json:"path"`
	Action string `json:"action"` // create, keep
	SHA256 string `json:"sha256,omitempty"`
}

// failureDoc is what a reader of --json gets when the command fails.
type failureDoc struct {
	OK    bool     `json:"ok"`
	Exit  int      `json:"exit"`
	Error string   `json:"error"`
	Fix   []string `json:"fix,omitempty"`

	Choices []choiceLine `json:"choices,omitempty"`
}

// choiceLine is one of several places, or answers: the value of an option.
type choiceLine struct {
	Option string   `json:"option"`
	Value  string   `json:"value"`
	Path   string   `json:"path,omitempty"`
	Line   int      `json:"line,omitempty"`
	Text   string   `json:"text"`
	Why    []string `json:"why,omitempty"`
}

// fileLines lists what became of the files of full in dir. The hash of a file
// that was kept is that of the file on disk.
func fileLines(dir string, full *plan.Plan, kept map[string]bool) []fileLine {
	var lines []fileLine
	for i, e := range entries(full, kept) {
		line := fileLine{Path: e.path, Action: e.action}
		if !kept[e.path] {
			line.SHA256 = hash(full.Changes[i].New.Data)
		} else if data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.path))); err == nil {
			line.SHA256 = hash(data)
		}
		lines = append(lines, line)
	}
	return lines
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// writeJSON prints v as one indented document.
func writeJSON(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err) // only our own types of strings and numbers come here
	}
}

// writeIndented prints a document that is JSON already.
func writeIndented(w io.Writer, doc []byte) {
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		panic(err)
	}
	b.WriteByte('\n')
	w.Write(b.Bytes())
}
