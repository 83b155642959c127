package plan_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/generator/plan"
)

// The JSON form is pinned: who reads it relies on it. A change here is a new
// version.
func TestJSONForm(t *testing.T) {
	got, err := json.MarshalIndent(sample(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "version": 1,
 "command": "wsgen add websockets",
 "changes": [
  {
   "path": "bin/logo.png",
   "old": null,
   "new": {
    "mode": "0600",
    "base64": "iVD/AA=="
   },
   "origin": "templates/app/logo.png"
  },
  {
   "path": "cmd/main.go",
   "old": {
    "mode": "0644",
    "text": "package main\r\nfunc main() {}\r\n"
   },
   "new": {
    "mode": "0644",
    "text": "package main\r\nfunc main() { run() }\r\n"
   },
   "edits": [
    {
     "start": 27,
     "end": 27,
     "text": " run() "
    }
   ],
   "why": "mount /ws on \u003cmux\u003e"
  },
  {
   "path": "old.go",
   "old": {
    "mode": "0644",
    "text": "package old\n"
   },
   "new": null
  },
  {
   "path": "run.sh",
   "old": {
    "mode": "0644",
    "text": "#!/bin/sh\n"
   },
   "new": {
    "mode": "0755",
    "text": "#!/bin/sh\n"
   }
  }
 ],
 "notes": [
  {
   "path": "cmd/main.go",
   "line": 2,
   "text": "nothing calls Shutdown"
  },
  {
   "text": "run go mod tidy"
  }
 ]
}`
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	back, err := plan.ParseJSON(got)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, sample()) {
		t.Errorf("came back as %+v", back)
	}
}

// An empty plan has its lists all the same, so that `jq '.changes[]'` works.
func TestJSONEmpty(t *testing.T) {
	got, err := json.Marshal(&plan.Plan{Command: "wsgen new a"})
	if want := `{"version":1,"command":"wsgen new a","changes":[],"notes":[]}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

// What is not understood in full is refused, and the error says why.
func TestParseJSONRefuses(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{``, "unexpected end"},
		{`{}`, `no "version"`},
		{`[]`, "plan: "},
		{`{"version":2,"changes":[{"colour":"red"}]}`, "version 2; this wsgen knows version 1"},
		{`{"version":1,"colour":"red"}`, `unknown field "colour"`},
		{`{"version":1,"changes":[{"path":"a","new":{"mode":"0644","text":"","owner":"me"}}]}`, `unknown field "owner"`},
		{`{"version":1,"changes":[{"path":"a","new":{"mode":"0644"}}]}`, `a: new: neither "text" nor "base64"`},
		{`{"version":1,"changes":[{"path":"a","old":{"mode":"0644","text":"","base64":""}}]}`, `a: old: both "text" and "base64"`},
		{`{"version":1,"changes":[{"path":"a","new":{"mode":"rw","text":""}}]}`, `a: new: mode "rw"`},
		{`{"version":1,"changes":[{"path":"a","new":{"mode":"4755","text":""}}]}`, `a: new: mode "4755"`},
		{`{"version":1,"changes":[{"path":"../a","new":{"mode":"0644","text":""}}]}`, `"../a": not a relative`},
		{`{"version":1,"changes":[{"path":"a","new":{"mode":"0644","base64":"?"}}]}`, "illegal base64"},
		{"{\"version\":1,\"command\":\"\xff\"}", "not UTF-8"},
		{`{"version":1}{}`, "plan: "},
	} {
		if p, err := plan.ParseJSON([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\ngot %v, %v\nwant %s", tt.in, p, err, tt.want)
		}
	}
}

// FuzzRoundTrip: any data comes back from the JSON form byte for byte, and the
// inverse of a plan takes back what the plan does.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("package a\n"), "b", 3, 5)
	f.Add([]byte("\xef\xbb\xbfa\r\n\u2028<&>"), "\xff\x00", 0, 0)
	f.Fuzz(func(t *testing.T, data []byte, text string, start, end int) {
		edits := []plan.Edit{{Start: start, End: end, Text: text}}
		made, err := plan.Splice(data, edits)
		if err != nil || bytes.Equal(made, data) {
			t.Skip()
		}
		p := &plan.Plan{Version: plan.Version, Command: "fuzz", Changes: []plan.Change{
			{Path: "a", New: &plan.File{Data: bytes.Clone(data), Mode: 0o755}},
			{Path: "b", Old: &plan.File{Data: bytes.Clone(data), Mode: 0o644}, New: &plan.File{Data: made, Mode: 0o644}, Edits: edits},
		}}
		js, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := plan.ParseJSON(js)
		if err != nil {
			t.Fatalf("%v in %s", err, js)
		}
		for i, c := range q.Changes {
			if !bytes.Equal(c.New.Data, p.Changes[i].New.Data) || c.New.Mode != p.Changes[i].New.Mode {
				t.Fatalf("%s came back as %q", c.Path, c.New.Data)
			}
		}
		if q.Changes[1].Edits[0] != edits[0] {
			t.Fatalf("edit came back as %+v", q.Changes[1].Edits)
		}
		inv := q.Invert()
		if err := inv.Check(); err != nil {
			t.Fatal(err)
		}
		if back, err := plan.Splice(made, inv.Changes[1].Edits); err != nil || !bytes.Equal(back, data) {
			t.Fatalf("inverse edits make %q, %v; want %q", back, err, data)
		}
	})
}

// FuzzParseJSON: what ParseJSON takes is a sound plan, and writing it is stable.
func FuzzParseJSON(f *testing.F) {
	js, err := json.Marshal(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(js)
	f.Add([]byte(`{"version":1,"changes":[{"path":"a","new":{"mode":"0644","base64":"/w=="}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := plan.ParseJSON(data)
		if err != nil {
			t.Skip()
		}
		if err := p.Check(); err != nil {
			t.Fatalf("took a plan that fails its check: %v", err)
		}
		if err := p.Invert().Check(); err != nil {
			t.Fatalf("took a plan whose inverse fails its check: %v", err)
		}
		first, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := plan.ParseJSON(first)
		if err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		if second, _ := json.Marshal(q); !bytes.Equal(first, second) {
			t.Fatalf("written as\n%s\nthen as\n%s", first, second)
		}
	})
}
