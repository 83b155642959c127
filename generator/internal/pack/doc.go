// Package pack renders a template: it chooses which of its files a project
// gets and turns them into the files of that project.
//
// A template is an ordinary Go program, the superset of every project that can
// be made from it. It compiles, is vetted and is tested as it stands; a
// project is what is left of it once everything that was not asked for has
// been taken away. There is no template language. Four mechanisms do it all,
// in order of preference:
//
//   - Ownership. A feature owns paths; without the feature they are left out.
//   - Slots. A slot is a directory with one subdirectory per choice, all of
//     them packages with the same name and the same exported API. The files of
//     the chosen one move to the directory that the slot maps onto. That may
//     be a directory with Go files of its own: then the two become one
//     package (see merge.go).
//   - Fences. A few lines between wsgen:if NAME and wsgen:end, in the comment
//     syntax of the file, belong to one feature or choice (see fence.go).
//   - Tokens. The name, title, environment prefix and websocket route of the
//     project (see token.go).
//
// Import paths are rewritten through the parser, at the offsets it reports, so
// that what is not an import path is never taken for one.
//
// # Why not text/template
//
// More than nine lines of ten in a scaffold are plain source, and nearly all of
// the actions in the rest ask whether some feature is on. With a template
// language, those nine lines could be neither compiled nor tested until they
// are rendered, and each feature doubles the number of texts that nobody has
// ever seen. Here every variant compiles at once.
//
// # Speed
//
// Printing a Go file costs many times what reading its imports does. So
// a file whose body does not change is neither parsed past its imports nor
// formatted: the template is formatted already, and the rewritten import block
// is written in sorted order. A test renders every choice and compares with
// gofmt.
package pack
