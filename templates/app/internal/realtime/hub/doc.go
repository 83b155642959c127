// Package hub holds the websocket connections of the application: who is there,
// what they listen to, and what they are sent.
//
// A message comes in through Conn.read, which runs in the connection's only
// goroutine, and is given to the handler of its event (dispatch.go). What is
// published goes to the backplane's log and comes back in the log's order
// (publish.go); it is encoded once, put into the outbox of each receiver
// (outbox.go) and written by one of a few writers (writer.go), so that a backlog
// costs one system call. The newest events are kept, for clients that come back
// (history.go).
//
// Locks are taken in this order: the log's, Hub.mu, outbox.mu, writer.mu. The
// application's functions are never called with one of them held.
//
// The hub knows no websocket library and no router: it is given connections
// through Options.Accept, and is an http.Handler.
package hub
