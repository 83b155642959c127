package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/wsgen/wsgen/generator/internal/pack"
)

// ManifestPath is where a project keeps its [Manifest].
const ManifestPath = ".wsgen/manifest.json"

// A Manifest records what a project was made from, so that a later wsgen can
// tell what its user has changed. The user commits it. It has nothing in it
// that differs between two runs with the same answers.
type Manifest struct {
	Version  int               `json:"version"`  // of this format: 1
	Wsgen    string            `json:"wsgen"`    // the version of wsgen
	Template string            `json:"template"` // digest of the template, which tells two development builds apart
	Answers  Answers           `json:"answers"`
	Files    map[string]string `json:"files"` // path -> SHA-256 of what was generated, in hexadecimal

	// What was put into files of the user's, by wsgen add.
	Injections []Injection `json:"injections,omitempty"`
	Requires   []string    `json:"requires,omitempty"` // "module version", lines of go.mod that it has added
	Direct     []string    `json:"direct,omitempty"`   // those that were marked "// indirect" before
	Sums       []string    `json:"sums,omitempty"`     // lines of go.sum that it has added
	Vendored   []string    `json:"vendored,omitempty"` // files of the vendor folder that it has added
}

// An Injection is text that was put into a file of the user's.
type Injection struct {
	Path string `json:"path"`
	Line int    `json:"line"` // of the file as it was then, counted from 1
	Text string `json:"text"`
}

// Answers are the options of a project as they were resolved.
type Answers struct {
	Name     string            `json:"name"`
	Module   string            `json:"module"`
	Route    string            `json:"route"`
	Slots    map[string]string `json:"slots"` // also the server
	Profiles []string          `json:"profiles"`
	Into     string            `json:"into,omitempty"` // the folder of the websocket code, if it is not DefaultInto
}

// encode returns the manifest as it is written. Keys are in a fixed order.
func (m *Manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// newManifest records files, which do not have the manifest among them yet.
func newManifest(version string, id pack.Identity, s *pack.Selection, files []pack.File) (*Manifest, error) {
	digest, err := loaded().Digest()
	if err != nil {
		return nil, err
	}
	m := &Manifest{
		Version:  1,
		Wsgen:    version,
		Template: digest,
		Answers:  Answers{Name: id.Name, Module: id.Module, Route: id.Route, Slots: s.Slots, Profiles: s.Features},
		Files:    make(map[string]string, len(files)),
	}
	if m.Answers.Profiles == nil {
		m.Answers.Profiles = []string{}
	}
	for _, f := range files {
		sum := sha256.Sum256(f.Data)
		m.Files[f.Path] = hex.EncodeToString(sum[:])
	}
	return m, nil
}
