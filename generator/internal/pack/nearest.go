package pack

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// nearest returns which names somebody who typed name may have meant, the
// likeliest first and at most three: those at most two slips of the finger
// away (one in a word of up to four letters, of which two leave too little),
// and those that one is the beginning of. All maps each name that something is
// known by, also its aliases, to the one to suggest.
func nearest(name string, all map[string]string) []string {
	name = strings.ToLower(name)
	limit := 2
	if len(name) <= 4 {
		limit = 1
	}
	dist := map[string]int{}
	for typed, n := range all {
		d := slips(name, typed)
		near := d <= limit && d < min(len(name), len(typed))
		begins := len(name) >= 2 && strings.HasPrefix(typed, name) || len(typed) >= 2 && strings.HasPrefix(name, typed)
		if !near && !begins {
			continue
		}
		if old, ok := dist[n]; !ok || d < old {
			dist[n] = d
		}
	}
	found := slices.SortedFunc(maps.Keys(dist), func(a, b string) int {
		return cmp.Or(cmp.Compare(dist[a], dist[b]), cmp.Compare(a, b))
	})
	return found[:min(len(found), 3)]
}

// slips returns how many letters must be changed, added, left out or swapped
// with their neighbour to make b from a.
func slips(a, b string) int {
	var before []int // the row before the last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// hint asks whether one of names was meant; it is empty if there are none.
func hint(names []string, plus string) string {
	if len(names) == 0 {
		return ""
	}
	with := make([]string, len(names))
	for i, n := range names {
		with[i] = plus + n
	}
	return "; did you mean " + list(with, "or") + "?"
}

// list joins words as a sentence does.
func list(words []string, conj string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + conj + " " + words[n-1]
	}
}
