package plan

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
)

// CheckPath reports what is wrong with a path that a plan wants to create or
// remove. Good paths are slash-separated, relative, clean, valid UTF-8, and can
// be checked out on every system: Windows takes no colon and no backslash, cuts
// dots and spaces off the end of a name, and gives names such as aux and
// com1.txt to devices. Paths within .git belong to git, those within
// .wsgen/journal and .wsgen-stage to package apply.
func CheckPath(path string) error {
	if err := checkInside(path); err != nil {
		return err
	}
	for elem := range strings.SplitSeq(path, "/") {
		if err := checkElem(elem); err != nil {
			return fmt.Errorf("%s: %w; choose a name that every system takes", path, err)
		}
	}
	return nil
}

// checkInside is the part of CheckPath that holds for files that are there
// already, too: a user on Linux may well have a cmd/aux/main.go.
func checkInside(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return fmt.Errorf("%q: not a relative, slash-separated, clean path", path)
	}
	if strings.ContainsRune(path, 0) {
		return fmt.Errorf("%q: holds a NUL byte", path)
	}
	folded := fold(path)
	for elem := range strings.SplitSeq(folded, "/") {
		if elem == gitDir {
			return fmt.Errorf("%s: lies within .git, which belongs to git", path)
		}
	}
	switch {
	case folded == journalDir, strings.HasPrefix(folded, journalDir+"/"):
		return fmt.Errorf("%s: lies within .wsgen/journal, which belongs to undo", path)
	case folded == stageDir, strings.HasPrefix(folded, stageDir+"/"):
		return fmt.Errorf("%s: lies within .wsgen-stage, which belongs to the executor", path)
	}
	return nil
}

var gitDir, journalDir, stageDir = fold(".git"), fold(".wsgen/journal"), fold(".wsgen-stage")

// checkElem reports why Windows would not take elem as a name.
func checkElem(elem string) error {
	if i := strings.IndexFunc(elem, func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*\`, r) }); i >= 0 {
		return fmt.Errorf("no name on Windows has a %q", elem[i])
	}
	if last := elem[len(elem)-1]; last == '.' || last == ' ' {
		return fmt.Errorf("the %q at the end of %q is dropped on Windows", last, elem)
	}
	stem, _, _ := strings.Cut(elem, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return fmt.Errorf("%q is the name of a device on Windows", elem)
	}
	for _, port := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(stem, port); ok && len([]rune(n)) == 1 && strings.Contains("0123456789¹²³", n) {
			return fmt.Errorf("%q is the name of a device on Windows", elem)
		}
	}
	return nil
}

// fold maps strings that differ only in case, as a file system that ignores
// case would compare them, to the same string.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case r < 0x80:
			return r
		}
		for {
			next := unicode.SimpleFold(r) // ends at the smallest of the orbit
			if next <= r {
				return next
			}
			r = next
		}
	}, s)
}
