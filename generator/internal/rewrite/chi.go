package rewrite

// chi panics when middleware comes after the first route, and holds all
// middleware for all routes. Its tree prefers what is literal, so order does not
// matter otherwise.
type chi struct{ unordered }

func (chi) place(b *body, r *room) error {
	for i := range b.home.Steps {
		if s := &b.home.Steps[i]; uses(s) {
			r.behind(s)
		}
	}
	return nil
}
