package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator"
)

// noFrontEnd is the profile of a project without pages.
const noFrontEnd = "api"

// prompter returns the way to ask the user of o, or why that is not possible.
func (a *app) prompter(o *newOptions) (Prompter, string) {
	if o.silent != "" {
		return nil, o.silent + " is given"
	}
	return a.ask(a.console)
}

// askNew asks what the command line of `wsgen new` does not say.
func (a *app) askNew(ctx context.Context, p Prompter, o *newOptions) error {
	if o.dir != "" {
		if err := (target{dir: a.at(o.dir)}).check(o.force); err != nil {
			return err
		}
	}
	var err error
	o.name, err = p.Input(ctx, question{label: "Project name", check: func(name string) error {
		if name == "" {
			return errors.New("a project needs a name")
		}
		t, err := a.target(name, o.dir)
		if err == nil {
			err = generator.CheckName(t.name)
		}
		if err == nil {
			err = t.check(o.force)
		}
		return answerError(err)
	}})
	if err != nil {
		return err
	}
	if o.module == "" {
		t, err := a.target(o.name, o.dir)
		if err != nil {
			return err
		}
		o.module, err = p.Input(ctx, question{label: "Module path", preset: t.name, check: generator.CheckModule})
		if err != nil {
			return err
		}
		if o.module == t.name {
			o.module = "" // goes without saying
		}
	}
	if o.server == "" {
		if o.server, err = p.Select(ctx, serverQuestion()); err != nil {
			return err
		}
	}
	if !slices.Contains(o.profiles, noFrontEnd) {
		answer, err := p.Select(ctx, frontEndQuestion())
		if err != nil {
			return err
		}
		if answer == "none" {
			o.profiles = append(o.profiles, noFrontEnd)
		}
	}
	return askExtras(ctx, p, o)
}

func serverQuestion() question {
	q := question{label: "Websocket server", preset: defaultServer()}
	for _, s := range generator.Servers() {
		q.choices = append(q.choices, choice{name: s.Name, doc: strings.TrimPrefix(s.Module, "github.com/") + ", " + s.Doc})
	}
	return q
}

func frontEndQuestion() question {
	return question{label: "Front end", preset: "vanilla", choices: []choice{
		{name: "vanilla", doc: "a page in plain JavaScript; no npm, no build step"},
		{name: "none", doc: "no pages, for clients of your own"},
	}}
}

// extrasQuestion offers the profiles that are no front ends.
func extrasQuestion() question {
	q := question{label: "Extras"}
	for _, x := range generator.Profiles() {
		if x.Name != noFrontEnd {
			q.choices = append(q.choices, choice{name: x.Name, doc: x.Doc, chosen: x.Default})
		}
	}
	return q
}

// askExtras asks for the extras, unless the command line says something about
// them.
func askExtras(ctx context.Context, p Prompter, o *newOptions) error {
	q := extrasQuestion()
	said := func(c choice) bool { return slices.Contains(o.profiles, c.name) || slices.Contains(o.without, c.name) }
	if len(q.choices) == 0 || slices.ContainsFunc(q.choices, said) {
		return nil
	}
	on, err := p.MultiSelect(ctx, q)
	if err != nil {
		return err
	}
	for _, c := range q.choices {
		switch {
		case c.chosen && !slices.Contains(on, c.name):
			o.without = append(o.without, c.name)
		case !c.chosen && slices.Contains(on, c.name):
			o.profiles = append(o.profiles, c.name)
		}
	}
	return nil
}

// answerError is err as said to somebody who can answer again.
func answerError(err error) error {
	if err == nil {
		return nil
	}
	f := asFailure("", err)
	if fix := f.fixes(); len(fix) > 0 {
		return fmt.Errorf("%s; %s", f, fix[0])
	}
	return f
}
