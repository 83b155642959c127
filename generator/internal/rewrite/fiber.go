package rewrite

// fiber is the same in v2 and v3: handlers, routes and middleware alike, are
// asked in the order in which they were registered.
type fiber struct{ unordered }

func (fiber) place(b *body, r *room) error { return b.order(r, true) }

func (fiber) guards() bool { return false }
