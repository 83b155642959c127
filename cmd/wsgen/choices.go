package main

import (
	"slices"
	"strings"

	"github.com/wsgen/wsgen/generator"
)

// choices is what a project is made of, as far as the command line says. Names
// that do not exist stay in it: package generator refuses them, all at once.
type choices struct {
	server   string   // "" means the default
	profiles []string // asked for, in the order given
	without  []string // defaults that are left out
}

// settle adds the words of the command line to c (+docker, +gws), takes off the
// plus signs and what is said twice, and brings a server to its own name,
// wherever it was named. Servers that contradict each other stay as they are.
func (c *choices) settle(plus []string) {
	servers := map[string]string{} // own name by every name
	for _, s := range generator.Servers() {
		servers[s.Name] = s.Name
		for _, alias := range s.Aliases {
			servers[alias] = s.Name
		}
	}
	if name, ok := servers[c.server]; ok {
		c.server = name
	}
	var profiles []string
	for _, name := range bare(slices.Concat(plus, c.profiles)) {
		switch server := servers[name]; {
		case server != "" && c.server == "":
			c.server = server
		case server != "" && c.server == server:
		default:
			profiles = append(profiles, name)
		}
	}
	c.profiles, c.without = profiles, bare(c.without)
}

// bare takes the plus signs off names and drops those that came before.
func bare(names []string) []string {
	var out []string
	for _, name := range names {
		name = strings.TrimPrefix(strings.TrimSpace(name), "+")
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// explicit is c without what goes without saying: profiles that are on by
// default.
func (c *choices) explicit() []string {
	var names []string
	for _, name := range c.profiles {
		byDefault := slices.ContainsFunc(generator.Profiles(), func(p generator.Profile) bool {
			return p.Name == name && p.Default
		})
		if !byDefault {
			names = append(names, name)
		}
	}
	return names
}

func profileNames() []string {
	var names []string
	for _, p := range generator.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// serverNames lists the servers and, behind them, their aliases.
func serverNames() []string {
	var names, aliases []string
	for _, s := range generator.Servers() {
		names = append(names, s.Name)
		aliases = append(aliases, s.Aliases...)
	}
	return append(names, aliases...)
}

// serverList is the servers for people: "gorilla, nhooyr (or coder), gws".
func serverList() string {
	var names []string
	for _, s := range generator.Servers() {
		name := s.Name
		if len(s.Aliases) > 0 {
			name += " (or " + strings.Join(s.Aliases, ", ") + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// defaultServer is the server of a project that does not say.
func defaultServer() string {
	for _, s := range generator.Servers() {
		if s.Default {
			return s.Name
		}
	}
	return ""
}
