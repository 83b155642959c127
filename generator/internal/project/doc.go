// Package project knows the user's Go code: which router answers requests, how
// it gets there, and where one statement would join it.
//
// [Load] reads a module that nobody has seen before: bytes, syntax and types.
// It starts no process, uses no network and needs no dependency at hand, since
// it type-checks over declarations of the router packages that wsgen carries
// itself (folder stubs); whatever else is imported stays unknown, and code that
// uses it is still understood around the hole. So it works on projects that do
// not build, whose modules are not downloaded, and whose go line is newer than
// any toolchain here.
//
// [Project.Find] follows values. Each place that makes a router is an origin;
// origins flow through variables, fields, parameters, results, closures and
// wrapping handlers until they reach a place that serves. What is served is a
// [Candidate]; the function that does most to it is its home. A router that is
// made and filled but never served is none.
//
// A wrong choice costs a user more than a question, so whenever there is any
// doubt Find says why in an [Ambiguity], and the caller has to ask; [Project.At]
// takes the answer. Neither ever proposes a generated file, a vendored one, or
// another module.
//
// How it works, file by file: module and read find the sources; world
// type-checks them with the stubs; digest tells functions that matter from those
// that do not; analysis walks them (stmt, assign, expr, call, routercall, dynamic,
// outside, forward), which grows the graph of flow and notes events; class sorts
// the events by router; place, home and steps work out where a statement would
// go; score and doubt judge. What the functions of the router packages do is in
// one table, in model. To teach it a router: its declarations in stubs, its paths
// and types in stubs.go, its functions in model, a fixture in testdata.
//
// Everything here is read-only. A Project may be used by several goroutines at
// once.
package project
