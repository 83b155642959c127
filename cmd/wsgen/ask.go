package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

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

// askNew asks what the command line of `wsgen new` does not say. What it does
// say is tried out first, so that nobody answers five questions to learn that
// the sixth flag was wrong.
func (a *app) askNew(ctx context.Context, p Prompter, o *newOptions) error {
	if _, err := a.render(ctx, o.generatorOptions(a, "app")); err != nil {
		return err
	}
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
		o.module, err = p.Input(ctx, question{label: "Module path", preset: filepath.Base(o.name), check: generator.CheckModule})
		if err != nil {
			return err
		}
	}
	if o.server == "" {
		if o.server, err = p.Select(ctx, serverQuestion()); err != nil {
			return err
		}
	}
	if !slices.Contains(o.profiles, noFrontEnd) {
		answer, err := p.Select(ctx, question{label: "Front end", preset: "vanilla", choices: []choice{
			{name: "vanilla", doc: "a page in plain JavaScript; no npm, no build step"},
			{name: "none", doc: "only the websocket and the JSON around it"},
		}})
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
		q.choices = append(q.choices, choice{name: s.Name, doc: s.Module + ", " + s.Doc})
	}
	return q
}

// askExtras asks for the profiles that are no front ends, unless the command
// line says something about them.
func askExtras(ctx context.Context, p Prompter, o *newOptions) error {
	q := question{label: "Extras"}
	for _, x := range generator.Profiles() {
		switch {
		case x.Name == noFrontEnd:
		case slices.Contains(o.profiles, x.Name) || slices.Contains(o.without, x.Name):
			return nil
		default:
			q.choices = append(q.choices, choice{name: x.Name, doc: x.Doc, chosen: x.Default})
		}
	}
	if len(q.choices) == 0 {
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
