package main

import (
	"sort"
	"strings"
)

// nearest returns the candidates that somebody who typed word may have meant,
// at most three: those with the fewest slips (a letter missing, added, wrong, or
// two swapped), one in a short word and two in a longer one, or else those that
// word begins.
func nearest(word string, candidates []string) []string {
	type hit struct {
		name  string
		slips int
	}
	var hits []hit
	low := strings.ToLower(word)
	allowed := 2
	if len(low) <= 4 {
		allowed = 1
	}
	for _, c := range candidates {
		n := slips(low, strings.ToLower(c))
		switch {
		case n <= allowed:
		case len(low) >= 2 && strings.HasPrefix(strings.ToLower(c), low):
			n = 3
		default:
			continue
		}
		hits = append(hits, hit{c, n})
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].slips < hits[j].slips })
	var names []string
	for _, h := range hits {
		if h.slips > hits[0].slips || len(names) == 3 {
			break
		}
		names = append(names, h.name)
	}
	return names
}

// didYouMean is the question to ask about word, or "" when nothing is near.
// Each name is shown with prefix in front ("+", "--").
func didYouMean(word, prefix string, candidates []string) string {
	near := nearest(word, candidates)
	if len(near) == 0 {
		return ""
	}
	for i := range near {
		near[i] = prefix + near[i]
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// slips counts the edits between a and b: insertions, deletions, substitutions
// and swaps of neighbours (the optimal string alignment distance).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
