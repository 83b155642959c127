package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
)

// A Prompter asks a person. Every method returns errCancelled when the person
// leaves (Ctrl-C, end of input) or the context ends, with the terminal as it
// was before.
type Prompter interface {
	// Input asks for a line of text and asks again until q.Check is satisfied.
	Input(ctx context.Context, q question) (string, error)
	// Select asks for one of q.Choices.
	Select(ctx context.Context, q question) (string, error)
	// MultiSelect asks for any number of q.Choices.
	MultiSelect(ctx context.Context, q question) ([]string, error)
}

// A question is what a Prompter asks.
type question struct {
	label   string
	preset  string             // Input: what an empty answer means; Select: where to start
	choices []choice           // Select, MultiSelect
	check   func(string) error // Input: nil when the answer will do
}

// A choice is one answer to choose.
type choice struct {
	name   string
	doc    string
	chosen bool // MultiSelect: chosen unless the person says otherwise
}

func (q question) names() []string {
	names := make([]string, len(q.choices))
	for i, c := range q.choices {
		names[i] = c.name
	}
	return names
}

// chosen lists the choices that are chosen from the start.
func (q question) chosen() []string {
	var names []string
	for _, c := range q.choices {
		if c.chosen {
			names = append(names, c.name)
		}
	}
	return names
}

// choosePrompter returns the way to ask on this console, or why there is none:
// a question must never wait for an answer that cannot come.
func choosePrompter(c *console) (Prompter, string) {
	in, ok := c.in.(*os.File)
	switch {
	case c.getenv("CI") != "":
		return nil, "CI is set"
	case !ok || !isTerminal(in):
		return nil, "stdin is not a terminal"
	case !isTerminal(c.err):
		return nil, "stderr is not a terminal"
	case c.getenv("ACCESSIBLE") != "" || c.getenv("WSGEN_ACCESSIBLE") != "":
		return newPlainPrompter(c.in, c.err), ""
	case c.getenv("TERM") == "dumb":
		return nil, "TERM is dumb (ACCESSIBLE=1 asks in plain lines)"
	}
	keys := &keyboard{file: in}
	return surveyPrompter{keys, display{c.err.(*os.File), keys}}, ""
}

// A surveyPrompter asks with arrow keys. It talks to the terminal on stderr, so
// that stdout stays clean for data.
type surveyPrompter struct {
	keys *keyboard
	out  display
}

func (s surveyPrompter) Input(ctx context.Context, q question) (string, error) {
	var answer string
	check := survey.WithValidator(func(v any) error {
		if text, ok := v.(string); ok && q.check != nil {
			return q.check(text)
		}
		return nil
	})
	err := s.run(ctx, &survey.Input{Message: q.label, Default: q.preset}, &answer, check)
	if err == errCancelled {
		fmt.Fprintln(s.out) // the cursor stands behind the question
	}
	return answer, err
}

func (s surveyPrompter) Select(ctx context.Context, q question) (string, error) {
	var answer string
	p := &survey.Select{Message: q.label, Options: q.names(), Description: q.describe}
	if q.preset != "" {
		p.Default = q.preset
	}
	err := s.run(ctx, p, &answer)
	return answer, err
}

func (s surveyPrompter) MultiSelect(ctx context.Context, q question) ([]string, error) {
	answer := []string{}
	err := s.run(ctx, &survey.MultiSelect{Message: q.label, Options: q.names(), Default: q.chosen(), Description: q.describe}, &answer,
		survey.WithRemoveSelectAll(), survey.WithRemoveSelectNone())
	return answer, err
}

func (q question) describe(_ string, i int) string { return q.choices[i].doc }

func init() {
	survey.ErrorTemplate = "{{color .Icon.Format}}{{.Icon.Text}} {{.Error.Error}}{{color \"reset\"}}\n"
}

// run asks with survey, which gives the terminal back the mode it had.
func (s surveyPrompter) run(ctx context.Context, p survey.Prompt, answer any, opts ...survey.AskOpt) error {
	s.keys.ctx = ctx
	opts = append(opts, survey.WithStdio(s.keys, s.out, s.out), survey.WithShowCursor(true),
		survey.WithIcons(func(icons *survey.IconSet) { icons.Error.Text = "!" }))
	err := survey.AskOne(p, answer, opts...)
	if errors.Is(err, errCancelled) || errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) {
		return errCancelled
	}
	return err
}
