package main

import (
	"regexp"
	"strings"
)

// A document is a file of Markdown, as far as the tests of our documents look
// into it.
type document struct {
	prose  string // without the blocks of code
	blocks []codeBlock
	tables [][][]string // rows of cells; the head is row 0
}

// A codeBlock is fenced, or indented by four spaces: then it has no language.
type codeBlock struct {
	lang    string
	text    string
	heading string // that it stands below
}

func readMarkdown(text string) document {
	var d document
	var prose strings.Builder
	var heading string
	var fenced, indented *codeBlock
	var table [][]string
	for line := range strings.Lines(text + "\n") {
		if fenced != nil {
			if strings.HasPrefix(line, "```") {
				d.blocks = append(d.blocks, *fenced)
				fenced = nil
			} else {
				fenced.text += line
			}
			continue
		}
		if code, ok := strings.CutPrefix(line, "    "); ok {
			if indented == nil {
				indented = &codeBlock{heading: heading}
			}
			indented.text += code
			continue
		}
		if indented != nil {
			d.blocks = append(d.blocks, *indented)
			indented = nil
		}
		if lang, ok := strings.CutPrefix(line, "```"); ok {
			fenced = &codeBlock{lang: strings.TrimSpace(lang), heading: heading}
			continue
		}
		if strings.HasPrefix(line, "#") {
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
		if strings.HasPrefix(line, "|") {
			if cells := cellsOf(line); strings.Trim(strings.Join(cells, ""), "-:") != "" || table == nil {
				table = append(table, cells)
			}
		} else if table != nil {
			d.tables = append(d.tables, table)
			table = nil
		}
		prose.WriteString(line)
	}
	d.prose = prose.String()
	return d
}

func cellsOf(line string) []string {
	var cells []string
	for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	return cells
}

// table returns the rows below the head of the table whose first column is
// called name.
func (d document) table(name string) [][]string {
	for _, t := range d.tables {
		if t[0][0] == name {
			return t[1:]
		}
	}
	return nil
}

var (
	linkTarget   = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)
	pictureOrRef = regexp.MustCompile(`<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"`)
	inlineCode   = regexp.MustCompile("`([^`]+)`")
)

// links returns the targets of links and pictures in the same tree, without
// their fragments.
func (d document) links() []string {
	var targets []string
	for _, form := range []*regexp.Regexp{linkTarget, pictureOrRef} {
		for _, m := range form.FindAllStringSubmatch(d.prose, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target != "" && !strings.Contains(target, "://") {
				targets = append(targets, target)
			}
		}
	}
	return targets
}

// code returns what is marked as code within the prose.
func (d document) code() []string {
	var all []string
	for _, m := range inlineCode.FindAllStringSubmatch(d.prose, -1) {
		all = append(all, strings.Join(strings.Fields(m[1]), " "))
	}
	return all
}

// pathLike is what can only be meant as the path of a file or folder.
var pathLike = regexp.MustCompile(`^[\w.][\w.*-]*(/[\w.*-]+)+/?$`)

// paths returns the paths among code.
func (d document) paths() []string {
	var all []string
	for _, code := range d.code() {
		if pathLike.MatchString(code) && !strings.HasPrefix(code, "..") && !strings.HasPrefix(code, "github.com/") {
			all = append(all, code)
		}
	}
	return all
}

var makeTarget = regexp.MustCompile(`(?m)^([a-z][\w-]*):`)

// makeTargets returns the targets of a Makefile.
func makeTargets(makefile string) map[string]bool {
	targets := map[string]bool{}
	for _, m := range makeTarget.FindAllStringSubmatch(makefile, -1) {
		targets[m[1]] = true
	}
	return targets
}
