package main

import (
	"runtime"
	"strings"
)

// quote makes s one word of a shell command, untouched where it is one already.
func quote(s string) string {
	safe := "@%_-+=:,./~^"
	if runtime.GOOS == "windows" {
		safe += `\`
	}
	plain := s != "" && s[0] != '~'
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(safe, r) {
			plain = false
		}
	}
	if plain {
		return s
	}
	if runtime.GOOS == "windows" {
		return `"` + s + `"` // a path cannot hold a double quote there
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
