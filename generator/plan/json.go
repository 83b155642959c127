package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"unicode/utf8"
)

// The JSON form, version 1:
//
//	{"version": 1, "command": "wsgen add websockets",
//	 "changes": [{"path": "main.go", "old": {"mode": "0644", "text": "…"}, "new": …,
//	              "edits": [{"start": 10, "end": 10, "text": "…"}], "origin": "…", "why": "…"}],
//	 "notes": [{"path": "main.go", "line": 3, "text": "…"}]}
//
// Data that is valid UTF-8 is a string, "text"; other data is "base64". A file
// that is not there is null. A change of the meaning of a field, and any new
// field, makes a new version.
type (
	planJSON struct {
		Version *int         `json:"version"`
		Command string       `json:"command"`
		Changes []changeJSON `json:"changes"`
		Notes   []noteJSON   `json:"notes"`
	}
	changeJSON struct {
		Path   string     `json:"path"`
		Old    *fileJSON  `json:"old"`
		New    *fileJSON  `json:"new"`
		Edits  []editJSON `json:"edits,omitempty"`
		Origin string     `json:"origin,omitempty"`
		Why    string     `json:"why,omitempty"`
	}
	fileJSON struct {
		Mode string `json:"mode"` // octal, as chmod takes it
		dataJSON
	}
	editJSON struct {
		Start int `json:"start"`
		End   int `json:"end"`
		dataJSON
	}
	dataJSON struct {
		Text   *string `json:"text,omitempty"`
		Base64 *[]byte `json:"base64,omitempty"`
	}
	noteJSON struct {
		Path string `json:"path,omitempty"`
		Line int    `json:"line,omitempty"`
		Text string `json:"text"`
	}
)

// MarshalJSON returns the JSON form of p, the same bytes for the same plan.
// All data comes back from [ParseJSON] byte for byte. Command, Origin, Why and
// notes are for people: what is not UTF-8 in them is replaced.
func (p Plan) MarshalJSON() ([]byte, error) {
	version := Version
	out := planJSON{Version: &version, Command: p.Command, Changes: make([]changeJSON, len(p.Changes)), Notes: make([]noteJSON, len(p.Notes))}
	for i, c := range p.Changes {
		j := changeJSON{Path: c.Path, Old: c.Old.toJSON(), New: c.New.toJSON(), Origin: c.Origin, Why: c.Why}
		for _, e := range c.Edits {
			j.Edits = append(j.Edits, editJSON{Start: e.Start, End: e.End, dataJSON: toData([]byte(e.Text))})
		}
		out.Changes[i] = j
	}
	for i, n := range p.Notes {
		out.Notes[i] = noteJSON(n)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON is [ParseJSON] for values within other values.
func (p *Plan) UnmarshalJSON(data []byte) error {
	q, err := ParseJSON(data)
	if err != nil {
		return err
	}
	*p = *q
	return nil
}

// ParseJSON reads the JSON form of a plan. It refuses a version and fields that
// it does not know, and every plan that does not pass [Plan.Check].
func ParseJSON(data []byte) (*Plan, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("plan: not UTF-8")
	}
	// The version comes first: a newer form has fields that are unknown here.
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	switch {
	case head.Version == nil:
		return nil, errors.New(`plan: no "version"; not a plan of wsgen`)
	case *head.Version != Version:
		return nil, fmt.Errorf("plan: version %d; this wsgen knows version %d: use the one that made the plan", *head.Version, Version)
	}
	var in planJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("plan: something follows after its end")
	}
	p := &Plan{Version: Version, Command: in.Command}
	for _, j := range in.Changes {
		c, err := j.change()
		if err != nil {
			return nil, fmt.Errorf("plan: %s: %w", j.Path, err)
		}
		p.Changes = append(p.Changes, c)
	}
	for _, n := range in.Notes {
		p.Notes = append(p.Notes, Note(n))
	}
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return p, nil
}

func (j *changeJSON) change() (c Change, err error) {
	c = Change{Path: j.Path, Origin: j.Origin, Why: j.Why}
	if c.Old, err = j.Old.file(); err != nil {
		return c, fmt.Errorf("old: %w", err)
	}
	if c.New, err = j.New.file(); err != nil {
		return c, fmt.Errorf("new: %w", err)
	}
	for _, e := range j.Edits {
		text, err := e.data()
		if err != nil {
			return c, fmt.Errorf("edits: %w", err)
		}
		c.Edits = append(c.Edits, Edit{Start: e.Start, End: e.End, Text: string(text)})
	}
	return c, nil
}

func (f *File) toJSON() *fileJSON {
	if f == nil {
		return nil
	}
	return &fileJSON{Mode: fmt.Sprintf("%04o", uint32(f.Mode)), dataJSON: toData(f.Data)}
}

func (j *fileJSON) file() (*File, error) {
	if j == nil {
		return nil, nil
	}
	mode, err := strconv.ParseUint(j.Mode, 8, 9)
	if err != nil {
		return nil, fmt.Errorf("mode %q is no octal number up to 0777", j.Mode)
	}
	data, err := j.data()
	if err != nil {
		return nil, err
	}
	return &File{Data: data, Mode: fs.FileMode(mode)}, nil
}

func toData(b []byte) dataJSON {
	if utf8.Valid(b) {
		s := string(b)
		return dataJSON{Text: &s}
	}
	return dataJSON{Base64: &b}
}

func (d dataJSON) data() ([]byte, error) {
	switch {
	case d.Text != nil && d.Base64 != nil:
		return nil, errors.New(`both "text" and "base64"`)
	case d.Text != nil:
		return []byte(*d.Text), nil
	case d.Base64 != nil:
		return *d.Base64, nil
	}
	return nil, errors.New(`neither "text" nor "base64"`)
}
