package project

import (
	"context"
	"encoding/csv"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCorpus scores the finder on real projects that are laid out beforehand.
// WSGEN_CORPUS names a folder with one project per row, called by the row's id,
// and WSGEN_CORPUS_TSV a table with the columns id, module_dir, main_package,
// reg_file, reg_func, other_ok_homes and expected. A row is right when the first
// candidate's home is the function that is named there, asked when there is a
// doubt, and wrong when a wrong home would be taken unasked.
func TestCorpus(t *testing.T) {
	dir, table := os.Getenv("WSGEN_CORPUS"), os.Getenv("WSGEN_CORPUS_TSV")
	if dir == "" || table == "" {
		t.Skip("WSGEN_CORPUS and WSGEN_CORPUS_TSV are not set")
	}
	f, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	var times []time.Duration
	var auto, autoRight, asked, askedRight, refused int
	for _, row := range rows[1:] {
		get := func(name string) string {
			if i, ok := col[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		id := get("id")
		root := filepath.Join(dir, id, get("module_dir"))
		if only := os.Getenv("WSGEN_CORPUS_ID"); only != "" && !slices.Contains(strings.Split(only, ","), id) {
			continue
		}
		if _, err := os.Stat(root); err != nil {
			t.Logf("%s: not laid out", id)
			continue
		}
		o := Options{Dir: root, Main: "./" + get("main_package")}
		if os.Getenv("WSGEN_CORPUS_ALL") != "" {
			o.Main = ""
		}
		start := time.Now()
		cs, doubt, p, err := find(o)
		took := time.Since(start)
		times = append(times, took)
		if err != nil {
			refused++
			t.Logf("%-5s refused  %6s %v", id, took.Round(time.Millisecond), err)
			continue
		}
		right := len(cs) > 0 && expected(get, cs[0])
		verdict := "wrong"
		switch {
		case doubt != nil && right:
			verdict = "asked+"
			asked++
			askedRight++
		case doubt != nil:
			verdict = "asked-"
			asked++
		case right:
			verdict = "right"
			auto++
			autoRight++
		default:
			auto++
			t.Errorf("%s: wrong choice unasked", id)
		}
		first, why := "-", ""
		if len(cs) > 0 {
			first = cs[0].String()
		}
		if doubt != nil {
			why = doubt.Reason
		}
		if err := p.CheckGo(); err != nil {
			why += " [go " + p.GoLine + "]"
		}
		t.Logf("%-5s %-7s %6s %-16s %s (%s#%s %s)  %s", id, verdict, took.Round(time.Millisecond), get("expected"), first, get("reg_file"), get("reg_func"), get("router_expr"), why)
		if testing.Verbose() && os.Getenv("WSGEN_CORPUS_ID") != "" {
			for _, c := range cs {
				t.Log(brief(c) + "\twhy " + strings.Join(c.Why, "; ") + "\n" + details(c))
			}
		}
	}
	slices.Sort(times)
	if n := len(times); n > 0 {
		t.Logf("%d rows: %d unasked (%d right, %d wrong), %d asked (%d with the right default), %d refused; right first %d; median %s, max %s",
			n, auto, autoRight, auto-autoRight, asked, askedRight, refused, autoRight+askedRight, times[n/2].Round(time.Millisecond), times[n-1].Round(time.Millisecond))
	}
}

func find(o Options) ([]*Candidate, *Ambiguity, *Project, error) {
	ctx := context.Background()
	p, err := Load(ctx, o)
	if err != nil {
		return nil, nil, nil, err
	}
	cs, doubt, err := p.Find(ctx)
	return cs, doubt, p, err
}

func expected(get func(string) string, c *Candidate) bool {
	home := c.Home.File.Path + "#" + c.Home.Func
	ok := []string{get("reg_file") + "#" + get("reg_func")}
	if s := get("other_ok_homes"); s != "" {
		ok = append(ok, strings.Split(s, ";")...)
	}
	for i := range ok {
		ok[i] = path.Clean(ok[i])
	}
	return slices.Contains(ok, home)
}
