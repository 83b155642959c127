package templates

// The locks follow from the template and from go.mod of this module. Renewing
// them is a mode of the test that finds them stale.

//go:generate go test -count=1 -run ^TestLocksAreFresh$ ../generator/internal/pack -update
