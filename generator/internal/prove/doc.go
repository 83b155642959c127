// Package prove type-checks a plan before anybody carries it out.
//
// The go command and the type checker see the project as it would be: the
// files, go.mod and go.sum of the plan stand before those on disk (an overlay),
// packages and requirements that exist in the plan only among them. Nothing is
// written to the project, whatever GOFLAGS says.
//
// A project need not be without errors. When the plan has some, the project is
// looked at as it is, too, and only those that are new count.
//
// The go command does the work, so it needs what a build of the project needs:
// a toolchain that is new enough, the modules in the cache or a network. Where
// that is not there, [Check] returns an [UnavailableError] instead of a guess.
package prove
