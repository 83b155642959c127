// Package rewrite decides where in a user's function a statement goes, and
// which bytes have to be written for that.
//
// [Mount] takes the candidate that was chosen and returns byte edits, at most
// [MaxLines] changed lines of the user's files: an import, the statement
// realtime.Mount(router), and realtime.Shutdown(ctx) where the server is shut
// down. Where it has no good place it returns a [Refusal], which names the
// place, the reason and the flag that decides.
//
// Syntax trees say where; they are never printed. An edit touches its own
// bytes only, so comments, CRLF, a byte order mark, //line, cgo and odd
// formatting stay what they are. What is planned is proven on the planned bytes
// before anybody sees it (check.go): they parse, their tokens are the old ones
// and the planned ones, and a file that gofmt would leave alone is still one.
//
// # The files
//
// lines.go knows bytes: line ends, indentation, what follows on a line.
// statement.go and imports.go know where code may stand between them, settle.go
// what gofmt wants when it does not fit, check.go what must hold. draft.go ties
// them together for one file. names.go picks names.
//
// body.go knows the order of the statements of a function. Each router has a
// file: where among them the mount belongs, and what it cannot stand beside.
// mount.go, wrap.go and shutdown.go are the three statements.
//
// Nothing here does I/O or changes its arguments. All functions may be called
// concurrently.
package rewrite
