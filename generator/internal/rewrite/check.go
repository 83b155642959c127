package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// check proves that data is what old becomes when the code of pieces is put in,
// and nothing else: it parses; its tokens, comments among them, are those of old
// and of the code; if old is clean, so that gofmt would leave it alone, data is.
// Semicolons count too, those that the scanner makes of line breaks, unless
// loose: they move when one line becomes several.
func check(old, data []byte, pieces []piece, clean, loose bool) error {
	if _, err := parser.ParseFile(token.NewFileSet(), "", data, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return fmt.Errorf("the edit does not parse: %w", err)
	}
	if err := checkTokens(scan(old), scan(data), pieces, loose); err != nil {
		return err
	}
	if clean && !gofmted(data) {
		return errors.New("the edit is not formatted as gofmt would")
	}
	return nil
}

// A lexeme is a token or comment and its offset.
type lexeme struct {
	tok token.Token
	lit string
	off int
}

func (l lexeme) same(m lexeme) bool { return l.tok == m.tok && l.lit == m.lit }

// semicolon stands between the elements of a list, whether it is written or
// made of a line break.
var semicolon = lexeme{tok: token.SEMICOLON}

// scan returns the tokens and comments of data.
func scan(data []byte) []lexeme {
	file := token.NewFileSet().AddFile("", -1, len(data))
	var s scanner.Scanner
	s.Init(file, data, func(token.Position, string) {}, scanner.ScanComments)
	var all []lexeme
	for {
		pos, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return all
		case tok == token.SEMICOLON:
			lit = ""
		case tok == token.COMMENT:
			lit = strings.ReplaceAll(lit, "\r", "")
		}
		all = append(all, lexeme{tok, lit, file.Offset(pos)})
	}
}

// checkTokens compares from with to, from being old and to new.
func checkTokens(from, to []lexeme, pieces []piece, loose bool) error {
	if loose {
		isSemicolon := func(l lexeme) bool { return l.tok == token.SEMICOLON }
		from, to = slices.DeleteFunc(from, isSemicolon), slices.DeleteFunc(to, isSemicolon)
	}
	for _, p := range pieces {
		n, _ := slices.BinarySearchFunc(from, p.at, func(l lexeme, at int) int { return l.off - at })
		rest, err := skip(from[:n], to)
		if err != nil {
			return err
		}
		from = from[n:]
		add := scan([]byte(p.code))
		if n := len(add); n > 0 && add[n-1].same(semicolon) {
			add = add[:n-1] // of the end of the text
		}
		if p.side == listed && !loose {
			if len(rest) > 0 && rest[0].same(semicolon) {
				add = append([]lexeme{semicolon}, add...)
			} else {
				add = append(add, semicolon)
			}
		}
		if to, err = skip(add, rest); err != nil {
			return err
		}
	}
	if to, err := skip(from, to); err != nil {
		return err
	} else if len(to) > 0 {
		return fmt.Errorf("the edit adds %s, which is not planned", describe(to[0]))
	}
	return nil
}

// skip returns what follows in all after the tokens of first.
func skip(first, all []lexeme) ([]lexeme, error) {
	for i, l := range first {
		switch {
		case i >= len(all):
			return nil, fmt.Errorf("the edit loses %s", describe(l))
		case !l.same(all[i]):
			return nil, fmt.Errorf("the edit has %s where %s should be", describe(all[i]), describe(l))
		}
	}
	return all[len(first):], nil
}

func describe(l lexeme) string {
	if l.lit != "" {
		return fmt.Sprintf("%.60q", l.lit)
	}
	return fmt.Sprintf("%q", l.tok)
}

// gofmted reports whether gofmt would leave data alone, but for its line breaks
// and byte order mark.
func gofmted(data []byte) bool {
	lf := toLF(data)
	out, err := format.Source(lf)
	return err == nil && bytes.Equal(out, lf)
}
