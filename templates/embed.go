// Package templates holds what wsgen makes projects from.
//
// The directory app is an ordinary Go program: every project that can be made,
// at once. It is built, vetted and tested like the rest of this module; package
// generator/internal/pack, where the few rules that it follows are described,
// takes away what a project does not want. The file pack.json names the parts
// that can be taken away, and locks has the go.mod and go.sum of each set of
// modules that a project can have.
//
// Nothing below app may be called go.mod (embedding stops at one), and files
// that begin with a dot are stored as dot_x.
package templates

import "embed"

// FS has pack.json, app and locks.
//
//go:embed pack.json all:app all:locks
var FS embed.FS
