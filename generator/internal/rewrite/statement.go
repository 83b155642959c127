package rewrite

import (
	"bytes"
	"go/ast"
	"strings"

	"github.com/wsgen/wsgen/generator/internal/project"
)

// A gap is a place in a list of statements: on the line after List[Index] if
// Below, else on the line before it.
type gap struct {
	List  []ast.Stmt
	Index int
	Below bool
}

// statement returns the edit that puts code into g.
//
// It gets a line of its own, indented like its neighbour. Comments stay with
// the statement that they are about: those that follow on the line, and the
// group that ends on the line above. Where statements share a line, code does too.
func statement(f *project.File, g gap, code string) variant {
	if g.Below {
		return afterStatement(f, g.List[g.Index], code)
	}
	return beforeStatement(f, g.List[g.Index], code)
}

func afterStatement(f *project.File, s ast.Stmt, code string) variant {
	start, end := f.Offset(s.Pos()), f.Offset(s.End())
	eol, whole := restOfLine(f.Data, end)
	if !whole || !firstOnLine(f.Data, start) {
		return insert(end, "; "+code, code)
	}
	return insert(eol, lineBreak(f.Data, eol)+stmtIndent(f, s)+code, code)
}

func beforeStatement(f *project.File, s ast.Stmt, code string) variant {
	start := f.Offset(s.Pos())
	if !firstOnLine(f.Data, start) {
		return insert(start, code+"; ", code)
	}
	at := lineStart(f.Data, start)
	if g := commentAbove(f, at); g != nil {
		at = lineStart(f.Data, f.Offset(g.Pos()))
	}
	return insert(at, stmtIndent(f, s)+code+lineBreak(f.Data, start), code)
}

// stmtIndent returns the indentation of s. A label stands further left than the
// statements around it.
func stmtIndent(f *project.File, s ast.Stmt) string {
	l, ok := s.(*ast.LabeledStmt)
	if !ok {
		return indentation(f.Data, f.Offset(s.Pos()))
	}
	if inner := f.Offset(l.Stmt.Pos()); firstOnLine(f.Data, inner) {
		return stmtIndent(f, l.Stmt)
	}
	return indentation(f.Data, f.Offset(s.Pos())) + "\t"
}

// commentAbove returns the group of comments that ends on the line before the
// one that starts at line, and has its lines for itself.
func commentAbove(f *project.File, line int) *ast.CommentGroup {
	for _, g := range f.AST.Comments {
		start := f.Offset(g.Pos())
		if start >= line {
			break
		}
		last := g.List[len(g.List)-1]
		end := f.Offset(last.Pos()) + len(last.Text)
		if strings.HasPrefix(last.Text, "/*") {
			end = f.Offset(last.Pos()) + commentLength(f.Data[f.Offset(last.Pos()):])
		}
		between := bytes.TrimLeft(f.Data[end:line], " \t\r")
		if len(between) == 1 && between[0] == '\n' && firstOnLine(f.Data, start) {
			return g
		}
	}
	return nil
}

// around returns the edits that put before and after around x.
func around(f *project.File, x ast.Expr, before, after string) variant {
	start, end := f.Offset(x.Pos()), f.Offset(x.End())
	return variant{{start, before, before, opens}, {end, after, after, closes}}
}
