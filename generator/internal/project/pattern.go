package project

import (
	"go/ast"
	"go/constant"
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
	p := pattern{text: "…", dynamic: true}
	switch x := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			l, r := f.pattern(x.X), f.pattern(x.Y)
			p.text = l.text + r.text
			p.param = (l.param || r.param) && !wordy(p.text)
			if l.dynamic && !r.dynamic && strings.HasPrefix(r.text, "/") {
				p.base = types.ExprString(x.X)
			}
		}
	case *ast.CallExpr: // fmt.Sprintf("%s/x", base), path.Join(base, "x")
		literal := false
		for _, a := range x.Args {
			q := f.pattern(a)
			p.param = p.param || q.param
			literal = literal || !q.dynamic && wordy(verb.ReplaceAllString(q.text, ""))
		}
		if s, ok := x.Fun.(*ast.SelectorExpr); ok && f.pattern(s.X).param {
			p.param = true
		}
		p.param = p.param && !literal
	case *ast.Ident:
		p.param = f.u.fromParam(f.obj(x))
	case *ast.SelectorExpr:
		p.param = f.pattern(x.X).param
	case *ast.IndexExpr:
		p.param = f.pattern(x.X).param
	}
	return p
}

var (
	verb    = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`) // of a format
	methods = regexp.MustCompile(`^[A-Z]+ `)             // before the path in a pattern of ServeMux
	letter  = regexp.MustCompile(`[a-zA-Z0-9]`)
)

// wordy says whether a part of a pattern says more than slashes and a method: a
// function that has one registers its own route, and is no helper.
func wordy(s string) bool { return letter.MatchString(methods.ReplaceAllString(s, "")) }

// fromParam says whether a variable is a parameter of the function or closure
// around it, or a string that is made from one.
func (u *unit) fromParam(o types.Object) bool {
	v, ok := o.(*types.Var)
	if !ok {
		return false
	}
	if v.Kind() == types.ParamVar {
		return true
	}
	if u.decl == nil || u.decl.Body == nil || v.Kind() != types.LocalVar || !isString(v.Type()) {
		return false
	}
	if u.derived == nil {
		u.derived = map[types.Object]types.Object{}
		info := u.pkg.info
		ast.Inspect(u.decl.Body, func(n ast.Node) bool {
			as, ok := n.(*ast.AssignStmt)
			if !ok || len(as.Lhs) != len(as.Rhs) {
				return true
			}
			for i, l := range as.Lhs {
				id, ok := l.(*ast.Ident)
				if !ok {
					continue
				}
				to := info.Defs[id]
				if to == nil {
					to = info.Uses[id]
				}
				ast.Inspect(as.Rhs[i], func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						from, ok := info.Uses[id].(*types.Var)
						switch {
						case !ok || !isString(from.Type()) || u.derived[to] != nil:
						case from.Kind() == types.ParamVar:
							u.derived[to] = from
						case u.derived[from] != nil:
							u.derived[to] = u.derived[from]
						}
					}
					return true
				})
			}
			return true
		})
	}
	return u.derived[o] != nil
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
	first, rest, more := strings.Cut(seg, "/")
	if first == "" {
		return 0
	}
	wild := strings.HasPrefix(first, "{") && strings.HasSuffix(first, "}") || first[0] == ':' || first[0] == '*'
	switch {
	case !wild:
		return 0
	case more && rest != "":
		return Param
	case first[0] == '*' && (r == Gin || r == HTTPRouter || r == BunRouter || r == Echo4 || r == Echo5 || r == Fiber2 || r == Fiber3),
		strings.HasSuffix(first, "...}"), strings.Contains(first, ":.*}") && r == GorillaMux, strings.Contains(first, ":.+}"):
		return CatchAll
	}
	return Param
}

// authWords fit names of what keeps people out.
var authWords = regexp.MustCompile(`(?i)auth|jwt|login|loggedin|protect|guard|verifytoken|requireuser|requiresession|permission|casbin|\bacl\b|rbac`)

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// constant returns the value of a constant string.
func (f *frame) constant(e ast.Expr) (string, bool) {
	tv := f.u.pkg.info.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}
