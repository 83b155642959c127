package rewrite

// bunRouter is a tree that prefers what is literal. Its middleware is an option
// of New, or of a group, so order does not matter.
type bunRouter struct{ unordered }
