package prove

import (
	"slices"
	"testing"
)

// An edit moves what is below it: that makes no problem a new one. One more of
// the same kind is new.
func TestAdded(t *testing.T) {
	before := []Problem{
		{"a.go", 3, "undefined: x"},
		{"a.go", 9, "f redeclared in this block\n\ta.go:5:6: other declaration of f"},
	}
	after := []Problem{
		{"a.go", 4, "undefined: x"},
		{"a.go", 10, "f redeclared in this block\n\ta.go:6:6: other declaration of f"},
		{"a.go", 12, "undefined: x"},
		{"b.go", 3, "undefined: x"},
	}
	if got, want := added(before, after), after[2:]; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := added(after, before); got != nil {
		t.Errorf("mended: got %v", got)
	}
}

// What the go command says of the machine is not taken for a mistake in the plan.
func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{`exec: "go": executable file not found in $PATH`, true},
		{"go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)", true},
		{"github.com/a/b@v1.0.0: Get \"https://proxy.golang.org/x\": dial tcp: lookup proxy.golang.org: no such host", true},
		{"no required module provides package github.com/a/b; to add it:\n\tgo get github.com/a/b", false},
		{"missing go.sum entry for module providing package github.com/a/b", false},
		{"undefined: dial", false},
	} {
		if got := classify(tt.text) != nil; got != tt.want {
			t.Errorf("%q: %t", tt.text, got)
		}
	}
}
