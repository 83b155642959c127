package apply

import "context"

// steps stands between any two changes of the disk. It is where a run notices
// that it was cancelled, and where tests make it fail or die.
type steps struct {
	ctx  context.Context
	dir  string // the tree, as the caller names it
	hook func(name string) error
}

// next is called before each change. The run stops at an error.
func (s steps) next(verb, path string) error {
	if err := s.ctx.Err(); err != nil {
		return &Error{Path: s.dir, What: "interrupted, nothing was changed", Err: err}
	}
	if s.hook == nil {
		return nil
	}
	return s.hook(verb + " " + path)
}

// uncancelled returns the steps for taking back or finishing: a cancelled
// context does not stop these.
func (s steps) uncancelled() steps {
	s.ctx = context.WithoutCancel(s.ctx)
	return s
}
