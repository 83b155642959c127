// Package gomod decides which version of a websocket library a module gets, and
// plans what that changes in its go.mod, go.sum and vendor folder.
//
// Nothing is tidied: a run of go mod tidy would also change what has nothing to
// do with websockets. go.mod gets a line for the library and one for each module
// that the library's packages need; go.sum gets their sums, which come from the
// [Catalogue] inside the binary. So no network and no go command is needed.
// Where the module graph selects a version that is not in the catalogue,
// [Result.Missing] names what the go command has to fetch.
//
// Bytes that are not added stay what they are: comments, blocks, line breaks. A
// requirement that is there already is used as it is when the kit compiles with
// it.
//
// The go line is raised only where that is asked for ([Options.RaiseGo]): it
// changes what the whole program means.
//
// Nothing here writes or starts a process; [Vendor] reads the module cache.
package gomod
