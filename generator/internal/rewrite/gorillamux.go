package rewrite

// gorillaMux is gorilla/mux, which takes the first route that matches. All
// middleware holds for all routes.
type gorillaMux struct{ unordered }

func (gorillaMux) place(b *body, r *room) error {
	r.ahead(b.firstShadow())
	return nil
}
