package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wsgen/wsgen/generator"
)

// catalogue is the document of `wsgen profiles --json`.
type catalogue struct {
	Servers  []serverDoc  `json:"servers"`
	Profiles []profileDoc `json:"profiles"`
}

type serverDoc struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`
	Module  string   `json:"module"`
	Version string   `json:"version"`
	Aliases []string `json:"aliases,omitempty"`
	Default bool     `json:"default"`
}

type profileDoc struct {
	Name    string `json:"name"`
	Doc     string `json:"doc"`
	Default bool   `json:"default"`
}

// newProfilesCommand is `wsgen profiles`, with `show` below it.
func newProfilesCommand(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "profiles",
		Short: "List the servers and profiles there are",
		Long: `Lists the servers (one of which a project has) and the profiles (of which it may
have any number), one line each.`,
		Example: `  wsgen profiles
  wsgen profiles show +api             which files a profile touches
  wsgen profiles show +gws --diff      what changes in them`,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.AddCommand(newProfilesShowCommand(a))
	group(cmd)
	stray := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > 0 && strings.HasPrefix(args[0], "+"):
			return usage("profiles", "takes no arguments, got "+args[0], "wsgen profiles show "+args[0])
		case len(args) > 0:
			return stray(cmd, args)
		}
		listProfiles(a, asJSON)
		return nil
	}
	return cmd
}

// listProfiles prints the catalogue.
func listProfiles(a *app, asJSON bool) {
	if asJSON {
		var doc catalogue
		for _, s := range generator.Servers() {
			doc.Servers = append(doc.Servers, serverDoc{s.Name, s.Doc, s.Module, s.Version, s.Aliases, s.Default})
		}
		for _, p := range generator.Profiles() {
			doc.Profiles = append(doc.Profiles, profileDoc{p.Name, p.Doc, p.Default})
		}
		writeJSON(a.out, doc)
		return
	}
	line := func(kind, name, doc string, byDefault bool) {
		if byDefault {
			doc += " (default)"
		}
		fmt.Fprintf(a.out, "%-8s +%-9s %s\n", kind, name, doc)
	}
	for _, s := range generator.Servers() {
		line("server", s.Name, fmt.Sprintf("%s %s: %s", s.Module, s.Version, s.Doc), s.Default)
	}
	for _, p := range generator.Profiles() {
		line("profile", p.Name, p.Doc, p.Default)
	}
}

// newProfilesShowCommand is `wsgen profiles show +PROFILE`.
func newProfilesShowCommand(a *app) *cobra.Command {
	var asDiff, asJSON bool
	cmd := &cobra.Command{
		Use:   "show +PROFILE",
		Short: "Show what a profile or server changes in a project",
		Long: `Compares a project that has the profile (or server) with one that has not, and
lists the files that differ. Nothing is written.`,
		Example: `  wsgen profiles show +docker
  wsgen profiles show +gws --diff`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return plusCompletions(nil, word), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("profiles show", "missing profile", "wsgen profiles show +"+profileNames()[0], "wsgen profiles lists them")
			case len(args) > 1:
				return usage("profiles show", "takes one profile, got "+strings.Join(args, ", "))
			case asDiff && asJSON:
				return usage("profiles show", "--diff and --json exclude each other")
			}
			return a.showProfile(cmd.Context(), args[0], asDiff, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asDiff, "diff", false, "show the changes as a unified diff")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the changes as a plan in JSON")
	return cmd
}

// showProfile prints the difference that one choice makes.
func (a *app) showProfile(ctx context.Context, word string, asDiff, asJSON bool) error {
	p, err := generator.ShowProfile(ctx, word)
	if err != nil {
		return err
	}
	switch {
	case asJSON:
		doc, err := p.MarshalJSON()
		if err != nil {
			return err
		}
		writeIndented(a.out, doc)
	case asDiff:
		writeDiff(a.out, p, palette(a.colour(a.out)))
	case len(p.Changes) == 0:
		fmt.Fprintln(a.out, "part of every project that does not say otherwise")
	default:
		writeList(a.out, entries(p, nil), palette(a.colour(a.out)))
	}
	return nil
}
