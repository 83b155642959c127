package project

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// A pattern is what a route is registered for, as far as it can be read.
type pattern struct {
	text    string // with … for what is computed
	dynamic bool
	param   bool   // made from a parameter of the function around: the function is a helper that registers
	base    string // the expression before a literal: base of base+"/x"
	below   bool   // takes everything that begins with text
}

// pattern reads the expression of a route.
func (f *frame) pattern(e ast.Expr) pattern {
	if e == nil {
		return pattern{}
	}
	if s, ok := f.constant(e); ok {
		return pattern{text: s}
	}
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			l, r := f.pattern(x.X), f.pattern(x.Y)
			p := pattern{text: l.text + r.text, dynamic: true, param: l.param || r.param}
			if l.dynamic && !r.dynamic && strings.HasPrefix(r.text, "/") {
				p.base = types.ExprString(x.X)
			}
			return p
		}
	case *ast.CallExpr:
		p := pattern{text: "…", dynamic: true}
		for _, a := range x.Args {
			p.param = p.param || f.pattern(a).param
		}
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && f.pattern(s.X).param {
			p.param = true
		}
		return p
	case *ast.Ident:
		v, ok := f.obj(x).(*types.Var)
		return pattern{text: "…", dynamic: true, param: ok && v.Kind() == types.ParamVar}
	case *ast.SelectorExpr:
		return pattern{text: "…", dynamic: true, param: f.pattern(x.X).param}
	}
	return pattern{text: "…", dynamic: true}
}

// join returns the pattern of q below p.
func (p pattern) join(q pattern) pattern {
	if q.text == "" && !q.dynamic {
		q.below = q.below || p.below && q.text == ""
		q.text, q.dynamic, q.param, q.base = p.text, p.dynamic, p.param, p.base
		return q
	}
	if p.text == "" {
		return q
	}
	text := strings.TrimSuffix(p.text, "/") + "/" + strings.TrimPrefix(q.text, "/")
	if q.text == "/" && !strings.HasSuffix(p.text, "/") && p.text != "" {
		text = p.text + "/"
	}
	return pattern{text: text, dynamic: p.dynamic || q.dynamic, param: p.param || q.param, below: q.below}
}

// splitMethod takes apart a pattern of a ServeMux: [METHOD ][HOST]/[PATH].
func splitMethod(p pattern) (string, pattern) {
	method := ""
	if i := strings.IndexAny(p.text, " \t"); i > 0 && methodWord.MatchString(p.text[:i]) {
		method, p.text = p.text[:i], strings.TrimLeft(p.text[i:], " \t")
	}
	if strings.HasSuffix(p.text, "/") {
		p.below = true
	}
	return method, p
}

var methodWord = regexp.MustCompile(`^[A-Z]+$`)

// host splits off the host of a ServeMux pattern.
func (p pattern) host() (string, string) {
	if i := strings.Index(p.text, "/"); i > 0 && !p.dynamic {
		return p.text[:i], p.text[i:]
	}
	return "", p.text
}

// does says what the pattern of a route takes from others, in a router's terms.
func (p pattern) does(r Router) Does {
	_, text := p.host()
	text = strings.TrimSuffix(text, "{$}")
	switch {
	case p.below && (text == "/" || text == ""):
		return CatchAll
	case text == "*" || text == "/*":
		return CatchAll
	case p.text != text+"{$}" && r == NetHTTP && text == "/":
		return CatchAll
	}
	seg := strings.TrimPrefix(text, "/")
	first, rest, _ := strings.Cut(seg, "/")
	if first == "" {
		return 0
	}
	wild := strings.HasPrefix(first, "{") && strings.HasSuffix(first, "}") || first[0] == ':' || first[0] == '*'
	switch {
	case !wild:
		return 0
	case first[0] == '*' && (r == Gin || r == HTTPRouter || r == BunRouter || r == Echo4 || r == Echo5 || r == Fiber2 || r == Fiber3),
		strings.HasSuffix(first, "...}"), strings.Contains(first, ":.*}") && r == GorillaMux, strings.Contains(first, ":.+}"):
		return CatchAll
	}
	_ = rest
	return Param
}

// authWords fit names of what keeps people out.
var authWords = regexp.MustCompile(`(?i)auth|jwt|login|logged|protect|guard|verifytoken|requireuser|requiresession|permission|casbin|\bacl\b|rbac`)

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
