package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func colours() question {
	return question{label: "Colour", preset: "green", choices: []choice{
		{name: "red", doc: "warm"}, {name: "green", doc: "calm", chosen: true}, {name: "blue", doc: "cold"},
	}}
}

func TestPlainInput(t *testing.T) {
	noFmt := question{label: "Name", preset: "chat", check: func(s string) error {
		if s == "fmt" {
			return errors.New("fmt is taken")
		}
		return nil
	}}
	for answers, want := range map[string]string{
		"mine\n":          "Name (chat): \nmine",
		"  mine \n":       "Name (chat): \nmine",
		"\n":              "Name (chat): \nchat",
		"fmt\nmine\n":     "Name (chat): fmt is taken\nName (chat): \nmine",
		"fmt\r\nmine\r\n": "Name (chat): fmt is taken\nName (chat): \nmine",
	} {
		var out bytes.Buffer
		got, err := newPlainPrompter(strings.NewReader(answers), &out).Input(t.Context(), noFmt)
		if err != nil || out.String()+"\n"+got != want {
			t.Errorf("%q: %v\n%s\n%s", answers, err, &out, got)
		}
	}
}

func TestPlainSelect(t *testing.T) {
	const list = "Colour:\n  1  red: warm\n  2  green: calm\n  3  blue: cold\n"
	for answers, want := range map[string]string{
		"\n":        "green",
		"3\n":       "blue",
		"red\n":     "red",
		"4\n0\n1\n": "red",
		"pink\n2\n": "green",
	} {
		var out bytes.Buffer
		got, err := newPlainPrompter(strings.NewReader(answers), &out).Select(t.Context(), colours())
		if err != nil || got != want || !strings.HasPrefix(out.String(), list+"number (2): ") {
			t.Errorf("%q: %q, %v\n%s", answers, got, err, &out)
		}
	}
}

func TestPlainMultiSelect(t *testing.T) {
	for answers, want := range map[string][]string{
		"\n":          {"green"},
		"none\n":      nil,
		"1,3\n":       {"red", "blue"},
		"1 blue\n":    {"red", "blue"},
		"1, 9\n2\n":   {"green"},
		"mauve\n3\n":  {"blue"},
		" 1 ,  2  \n": {"red", "green"},
	} {
		var out bytes.Buffer
		got, err := newPlainPrompter(strings.NewReader(answers), &out).MultiSelect(t.Context(), colours())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, %v\n%s", answers, got, err, &out)
		}
		if strings.Contains(out.String(), "\x1b") {
			t.Errorf("escape sequences: %q", out.String())
		}
	}
}

// The end of input and the end of the context both mean that nobody answers.
func TestPlainPrompterIsLeft(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	silent, hold := io.Pipe() // open, and nothing ever comes
	defer hold.Close()
	for name, ask := range map[string]func() error{
		"end of input": func() error {
			_, err := newPlainPrompter(strings.NewReader(""), io.Discard).Input(t.Context(), question{label: "Name"})
			return err
		},
		"end of input after a wrong answer": func() error {
			_, err := newPlainPrompter(strings.NewReader("9\n"), io.Discard).Select(t.Context(), colours())
			return err
		},
		"signal": func() error {
			_, err := newPlainPrompter(silent, io.Discard).MultiSelect(ended, colours())
			return err
		},
	} {
		if err := ask(); err != errCancelled {
			t.Errorf("%s: %v", name, err)
		}
	}
}
