// Package generator computes what wsgen does to a tree of files.
//
// Each command is a function here: options in, a [plan.Plan] out. Nothing in
// this package reads or writes the user's tree, starts a process or uses the
// network; package apply, alone, carries plans out. So a command can be shown
// as a tree, a diff or JSON, checked, applied and undone from one value.
//
// The way of [New]: the options are checked and resolved to a selection, all
// problems at once; package pack renders the files of that selection from the
// template inside the binary; go.mod and go.sum come from the lock of the
// selection, which was made when wsgen was built; .wsgen/manifest.json records
// the answers and what was generated.
//
// All functions may be called concurrently. The same options give the same
// bytes: no time, host, user or environment goes into a plan.
package generator
