package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// A plainPrompter asks in lines of plain text with numbered choices: no escape
// sequences, nothing rewritten, so that screen readers and simple terminals can
// follow.
type plainPrompter struct {
	lines <-chan string // closed at the end of input
	out   io.Writer
}

// newPlainPrompter reads answers from in until its end; the goroutine that does
// so ends with the process.
func newPlainPrompter(in io.Reader, out io.Writer) *plainPrompter {
	lines := make(chan string)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(in)
		for s.Scan() {
			lines <- s.Text()
		}
	}()
	return &plainPrompter{lines: lines, out: out}
}

func (p *plainPrompter) Input(ctx context.Context, q question) (string, error) {
	label := q.label
	if q.preset != "" {
		label += " (" + q.preset + ")"
	}
	for {
		answer, err := p.line(ctx, label+": ")
		if err != nil {
			return "", err
		}
		if answer == "" {
			answer = q.preset
		}
		if q.check == nil {
			return answer, nil
		}
		if err := q.check(answer); err == nil {
			return answer, nil
		} else {
			fmt.Fprintln(p.out, err)
		}
	}
}

func (p *plainPrompter) Select(ctx context.Context, q question) (string, error) {
	p.list(q)
	start := max(1, slices.Index(q.names(), q.preset)+1)
	for {
		answer, err := p.line(ctx, fmt.Sprintf("number (%d): ", start))
		if err != nil {
			return "", err
		}
		if answer == "" {
			return q.choices[start-1].name, nil
		}
		if i, ok := q.pick(answer); ok {
			return q.choices[i].name, nil
		}
		fmt.Fprintf(p.out, "%s is not one of 1 to %d\n", answer, len(q.choices))
	}
}

func (p *plainPrompter) MultiSelect(ctx context.Context, q question) ([]string, error) {
	p.list(q)
	preset := "none"
	if on := q.chosen(); len(on) > 0 {
		preset = strings.Join(on, ", ")
	}
	for {
		answer, err := p.line(ctx, "numbers, or none ("+preset+"): ")
		if err != nil {
			return nil, err
		}
		switch answer {
		case "":
			return q.chosen(), nil
		case "none":
			return nil, nil
		}
		var on []string
		bad := ""
		for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' }) {
			if i, ok := q.pick(word); ok {
				on = append(on, q.choices[i].name)
			} else {
				bad = word
			}
		}
		if bad == "" {
			return on, nil
		}
		fmt.Fprintf(p.out, "%s is not one of 1 to %d\n", bad, len(q.choices))
	}
}

// list prints the choices with their numbers.
func (p *plainPrompter) list(q question) {
	fmt.Fprintf(p.out, "%s:\n", q.label)
	for i, c := range q.choices {
		fmt.Fprintf(p.out, "  %d  %s: %s\n", i+1, c.name, c.doc)
	}
}

// pick finds the choice that answer names, by number or by name.
func (q question) pick(answer string) (int, bool) {
	if n, err := strconv.Atoi(answer); err == nil {
		return n - 1, n >= 1 && n <= len(q.choices)
	}
	i := slices.Index(q.names(), answer)
	return i, i >= 0
}

// line prints label and waits for a line.
func (p *plainPrompter) line(ctx context.Context, label string) (string, error) {
	fmt.Fprint(p.out, label)
	select {
	case s, ok := <-p.lines:
		if ok {
			return strings.TrimSpace(s), nil
		}
	case <-ctx.Done():
	}
	fmt.Fprintln(p.out)
	return "", errCancelled
}
