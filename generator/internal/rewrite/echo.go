package rewrite

// echo is the same in v4 and v5: a tree that prefers what is literal, and
// middleware that holds for all routes, also those registered before it.
type echo struct{ unordered }
