package generator

import (
	"fmt"
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/wsgen/wsgen/generator/internal/pack"
)

// maxName is the length of the longest name of a project, in bytes: as for one
// label of a host name, which compose makes of it, near enough.
const maxName = 64

// CheckName reports why no project can be called name; the error is a
// *UsageError. Good names are lower-case ASCII letters, digits and single
// dashes or underscores between them, begin with a letter and are at most
// 64 bytes long.
//
// Capitals are refused although Go would take them: the name becomes the name
// of a container image, which has none, and of a directory, which some file
// systems cannot tell from the same in lower case. Dots are refused because
// a module path that begins with a.b is looked for on the network, and a
// program called a.test or a.exe is taken for something else.
//
// Names that mean something to Go (keywords, the top level of the standard
// library, internal, vendor, testdata, main and the patterns all, cmd, std,
// tool and work), names that Windows keeps for devices, and names of
// directories that every project has are refused too.
func CheckName(name string) error {
	return usage(nameProblems(name))
}

func nameProblems(name string) []Problem {
	bad := func(fix, format string, args ...any) []Problem {
		return []Problem{{Option: "name", Text: fmt.Sprintf(format, args...), Fix: fix}}
	}
	const rule = "a name is lower-case letters, digits and single dashes, as in my-app"
	switch {
	case name == "":
		return bad(rule, "the project name is empty")
	case len(name) > maxName:
		return bad("choose a shorter one", "the project name is %d bytes long; the limit is %d", len(name), maxName)
	case strings.ContainsAny(name, `/\`):
		return bad(rule, "the project name %q is a path", name)
	case name[0] == '.' || name[0] == '_':
		return bad(rule, "the project name %q begins with %q, which hides it from Go", name, name[0])
	case name[0] == '-':
		return bad(rule, "the project name %q begins with a dash, which makes it look like a flag", name)
	case name[0] >= '0' && name[0] <= '9':
		return bad(rule, "the project name %q begins with a digit", name)
	}
	if i := strings.IndexFunc(name, func(r rune) bool { return !letter(r) && !digit(r) && r != '-' && r != '_' }); i >= 0 {
		r := []rune(name[i:])[0]
		fix := rule
		if low := strings.ToLower(name); r >= 'A' && r <= 'Z' && len(nameProblems(low)) == 0 {
			fix = "use " + low
		}
		return bad(fix, "the project name %q has %q in it", name, r)
	}
	if last := name[len(name)-1]; last == '-' || last == '_' || slices.ContainsFunc([]string{"--", "__", "-_", "_-"}, func(s string) bool { return strings.Contains(name, s) }) {
		return bad(rule, "the project name %q has a dash or underscore that joins nothing", name)
	}
	fix := "choose another, such as " + name + "-app"
	switch {
	case token.IsKeyword(name):
		return bad(fix, "the project name %q is a keyword of Go", name)
	case stdTop[name]:
		return bad(fix, "the project name %q is a package of the standard library", name)
	case slices.Contains([]string{"all", "cmd", "internal", "main", "std", "testdata", "tool", "vendor", "work"}, name):
		return bad(fix, "the project name %q means something else to the go command", name)
	case slices.Contains(loaded().Top(), name):
		return bad(fix, "the project name %q is a directory of the project, where its program could not be built", name)
	}
	// What is left to it: the names of devices on Windows.
	if err := module.CheckImportPath(name); err != nil {
		return bad(fix, "the project name %q is reserved on Windows", name)
	}
	return nil
}

func letter(r rune) bool { return 'a' <= r && r <= 'z' }
func digit(r rune) bool  { return '0' <= r && r <= '9' }

// stdTop has the first elements of all import paths of the standard library.
// A module path that begins with one would be looked for in GOROOT.
var stdTop = func() map[string]bool {
	m := map[string]bool{}
	for s := range strings.FieldsSeq(`archive arena bufio builtin bytes cmp compress container context crypto
		database debug embed encoding errors expvar flag fmt go hash html image index io iter log maps
		math mime net os path plugin reflect regexp runtime simd slices sort strconv strings structs sync
		syscall testing text time unicode unique unsafe uuid weak`) {
		m[s] = true
	}
	return m
}()

// CheckModule reports why path cannot be the module path of a project; the
// error is a *UsageError. A path whose first element has a dot, as those have
// that can be fetched, must pass module.CheckPath. Any other, such as the plain
// name of the project, must pass module.CheckImportPath, as for go mod init,
// and must not begin like the standard library.
func CheckModule(path string) error {
	return usage(moduleProblems(path))
}

func moduleProblems(path string) []Problem {
	bad := func(fix, format string, args ...any) []Problem {
		return []Problem{{Option: "module", Text: fmt.Sprintf(format, args...), Fix: fix}}
	}
	const example = "use a path such as example.com/my-app"
	if path == "" {
		return bad(example, "the module path is empty")
	}
	first, _, _ := strings.Cut(path, "/")
	check := module.CheckImportPath
	if strings.Contains(first, ".") {
		check = module.CheckPath
	}
	if err := check(path); err != nil {
		if e, ok := err.(*module.InvalidPathError); ok {
			err = e.Err
		}
		return bad(example, "the module path %q cannot be used: %v", path, err)
	}
	if _, _, ok := module.SplitPathVersion(path); !ok {
		return bad("leave the version out, or use /v2 or higher", "the module path %q ends in a version that no module may have", path)
	}
	switch {
	case stdTop[first] || first == "cmd" || first == "std":
		return bad(example, "the module path %q begins like the standard library", path)
	case slices.Contains([]string{"all", "internal", "main", "tool", "vendor", "work"}, path):
		return bad(example, "the module path %q means something else to the go command", path)
	case slices.ContainsFunc(strings.Split(path, "/"), func(e string) bool {
		return e == "internal" || e == "vendor" || e == "testdata" || e[0] == '.' || e[0] == '_'
	}):
		return bad(example, "the module path %q has an element that the go command treats in its own way", path)
	}
	for _, s := range loaded().Modules() {
		if s == path || strings.HasPrefix(s, path+"/") {
			return bad(example, "the module path %q is that of a module that the project may require (%s)", path, s)
		}
	}
	return nil
}

// maxRoute is the length of the longest route, in bytes.
const maxRoute = 128

// CheckRoute reports why the websocket cannot be served at route; the error is
// a *UsageError. Good routes begin with a slash and are clean: letters, digits,
// and any of - . _ ~ between single slashes. The routes that the project serves
// anyway are refused.
func CheckRoute(route string) error {
	return usage(routeProblems(route))
}

func routeProblems(route string) []Problem {
	if problems := routeShape(route); problems != nil {
		return problems
	}
	for _, r := range loaded().Reserved {
		if pack.Match(r, route) {
			return []Problem{{
				Option: "route", Text: fmt.Sprintf("the route %q is in the way of %s, which the project serves", route, r), Fix: routeExample,
			}}
		}
	}
	return nil
}

const routeExample = "use a path such as /ws or /api/live"

// routeShape is the part of routeProblems that holds for projects of others, too.
func routeShape(route string) []Problem {
	bad := func(fix, format string, args ...any) []Problem {
		return []Problem{{Option: "route", Text: fmt.Sprintf(format, args...), Fix: fix}}
	}
	const example = routeExample
	switch {
	case route == "" || route[0] != '/':
		return bad(example, "the route %q does not begin with a slash", route)
	case len(route) > maxRoute:
		return bad("choose a shorter one", "the route is %d bytes long; the limit is %d", len(route), maxRoute)
	case route == "/":
		return bad(example, `the route "/" is the page of the project`)
	}
	if i := strings.IndexFunc(route, func(r rune) bool {
		return !letter(r) && !letter(r-'A'+'a') && !digit(r) && !strings.ContainsRune("/-._~", r)
	}); i >= 0 {
		return bad(example, "the route %q has %q in it", route, []rune(route[i:])[0])
	}
	if route != path.Clean(route) {
		return bad("use "+path.Clean(route), "the route %q is not a clean path", route)
	}
	return nil
}

// DefaultRoute is where the websocket is unless the options say otherwise.
const DefaultRoute = "/ws"
