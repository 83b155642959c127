package main

import "testing"

func TestDidYouMean(t *testing.T) {
	verbs := []string{"new", "profiles", "version", "completion"}
	for _, tt := range []struct {
		word, prefix string
		known        []string
		want         string
	}{
		{"nwe", "", verbs, "did you mean new?"},          // swapped
		{"profile", "", verbs, "did you mean profiles?"}, // one missing
		{"versoin", "", verbs, "did you mean version?"},
		{"VERSION", "", verbs, "did you mean version?"},
		{"comp", "", verbs, "did you mean completion?"}, // a beginning
		{"banana", "", verbs, ""},
		{"x", "", verbs, ""}, // one letter says nothing
		{"sever", "--", []string{"server", "force"}, "did you mean --server?"},
		{"git", "", []string{"got", "gut", "gin", "gim"}, "did you mean got or gut or gin?"},
	} {
		if got := didYouMean(tt.word, tt.prefix, tt.known); got != tt.want {
			t.Errorf("didYouMean(%q): %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"gws", "gws", 0}, {"gsw", "gws", 1}, {"docker", "dcoker", 1},
		{"kitten", "sitting", 3}, {"über", "uber", 1},
	} {
		if got := slips(tt.a, tt.b); got != tt.want {
			t.Errorf("slips(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := slips(tt.b, tt.a); got != tt.want {
			t.Errorf("slips(%q, %q) = %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
