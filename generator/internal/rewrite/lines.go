package rewrite

import "bytes"

// bom is the byte order mark that some editors on Windows begin a file with.
const bom = "\xef\xbb\xbf"

// lineStart returns the offset at which the line of off begins, behind a byte
// order mark.
func lineStart(data []byte, off int) int {
	if i := bytes.LastIndexByte(data[:off], '\n'); i >= 0 {
		return i + 1
	}
	if bytes.HasPrefix(data, []byte(bom)) && off >= len(bom) {
		return len(bom)
	}
	return 0
}

// lineBreak returns what ends the line of off: "\n" or "\r\n". The last line,
// if nothing ends it, takes after the line before. Files with both are not
// rare: a line is as its neighbours are.
func lineBreak(data []byte, off int) string {
	i := bytes.IndexByte(data[off:], '\n') + off
	if i < off {
		i = bytes.LastIndexByte(data[:off], '\n')
	}
	if i > 0 && data[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// indentation returns the white space that the line of off begins with.
func indentation(data []byte, off int) string {
	start := lineStart(data, off)
	end := start
	for end < len(data) && (data[end] == ' ' || data[end] == '\t') {
		end++
	}
	return string(data[start:end])
}

// firstOnLine reports whether nothing but white space is before off on its line.
func firstOnLine(data []byte, off int) bool {
	return len(bytes.TrimLeft(data[lineStart(data, off):off], " \t")) == 0
}

// restOfLine returns the offset of the line break that follows off, if there is
// nothing before it but white space, semicolons and comments. off must not be
// inside a literal or a comment.
func restOfLine(data []byte, off int) (end int, ok bool) {
	for i := off; i < len(data); {
		rest := data[i:]
		switch {
		case rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")):
			return i, true
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == ';':
			i++
		case bytes.HasPrefix(rest, []byte("//")):
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				return len(data), true
			}
			i += len(bytes.TrimRight(rest[:n], "\r"))
		case bytes.HasPrefix(rest, []byte("/*")):
			n := commentLength(rest)
			if bytes.IndexByte(rest[:n], '\n') >= 0 {
				return 0, false
			}
			i += n
		default:
			return 0, false
		}
	}
	return len(data), true
}

// commentLength returns the length of the general comment that data begins
// with. go/ast does not know it: it leaves carriage returns out.
func commentLength(data []byte) int {
	if n := bytes.Index(data[2:], []byte("*/")); n >= 0 {
		return n + 4
	}
	return len(data)
}

// toLF returns data without byte order mark and carriage returns before line
// feeds, which is how gofmt sees it.
func toLF(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte(bom))
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}
