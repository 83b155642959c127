package server

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
)

// A setting is given as a flag, as an environment variable or not at all. An
// empty variable counts as not given.
type setting struct {
	flag     string
	env      string
	fallback string
	usage    string
	set      func(value string) error
}

// parse reads all settings, and only then reports what is wrong with any.
func (c *Config) parse(name string, args []string, env func(string) string, out io.Writer) error {
	settings := c.settings()
	typed := map[string]string{} // the flags that were given, by name

	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the caller prints the error
	flags.BoolVar(&c.Version, "version", false, "")
	flags.BoolVar(&c.Healthcheck, "healthcheck", false, "")
	for _, s := range settings {
		keep := func(value string) error {
			typed[s.flag] = value
			return nil
		}
		if s.fallback == "true" || s.fallback == "false" {
			flags.BoolFunc(s.flag, s.usage, keep) // may stand alone
		} else {
			flags.Func(s.flag, s.usage, keep)
		}
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		printHelp(out, name, settings)
		return err
	case err != nil:
		return fmt.Errorf("%w; %s -h lists the flags", err, name)
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; %s -h lists the flags", flags.Arg(0), name)
	}

	var problems []error
	for _, s := range settings {
		value, source := cmp.Or(env(s.env), s.fallback), s.env
		if v, ok := typed[s.flag]; ok {
			value, source = v, "-"+s.flag
		}
		if err := s.set(value); err != nil {
			problems = append(problems, fmt.Errorf("%s=%s: %w", source, value, err))
		}
	}
	return errors.Join(problems...)
}

func printHelp(out io.Writer, name string, settings []setting) {
	fmt.Fprintf(out, "usage: %s [flags]\n\n", name)
	fmt.Fprint(out, "Each setting is a flag or an environment variable; the flag wins.\nIn all limits 0 means no limit.\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "FLAG\tVARIABLE\tDEFAULT\tMEANING")
	for _, s := range settings {
		fmt.Fprintf(w, "-%s\t%s\t%s\t%s\n", s.flag, s.env, cmp.Or(s.fallback, "none"), s.usage)
	}
	w.Flush()
	fmt.Fprint(out, "\n-healthcheck   ask the server at ADDR whether it is well; exits with 0 or 1\n-version       print the version\n")
}
