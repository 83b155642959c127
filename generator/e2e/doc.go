// Package e2e holds the tests that take whole projects: they render one, build
// it, run its own tests, start it, and look at it from outside, through plain
// websocket clients and through a browser.
//
//	matrix_test.go    every kind of project: format, vet, staticcheck, tests, go.mod
//	probe_test.go     what the server answers, seen from the wire
//	interop_test.go   whom it understands: clients of every library
//	limits_test.go    what it refuses, and why it closes
//	process_test.go   how it starts and stops
//	chat_test.go      two windows chat, in Chromium
//	heal_test.go      and go on when the server or the network fails
//	page_test.go      what else a page can do: reload, connect twice, lie below a path
//	speed_test.go     how long it takes to render a project
//
// The other files hold what these have in common: project (render and build),
// app (a running process), client (a websocket), proxy (a network that breaks),
// window (a browser window).
//
// With -short all of it is skipped. Chromium is looked for at CHROME_PATH and in
// the usual places; a machine without it skips the tests that need it, unless CI
// is set. Nothing but staticcheck, and modules that were never downloaded, needs
// the network.
package e2e
