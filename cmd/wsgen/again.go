package main

import (
	"cmp"
	"path/filepath"
	"strings"
)

// again is the command that gives the same project without a question, from
// where wsgen was started.
func (o *newOptions) again(a *app) string {
	words := []string{"wsgen", "new"}
	if o.dir == "" {
		words = append(words, a.at(o.name))
	} else {
		words = append(words, o.name, "--dir="+a.at(o.dir))
	}
	if o.module != "" && o.module != filepath.Base(o.name) {
		words = append(words, "--module="+o.module)
	}
	words = append(words, "--server="+cmp.Or(o.server, defaultServer()))
	if o.route != "" {
		words = append(words, "--route="+o.route)
	}
	for _, name := range o.explicit() {
		words = append(words, "+"+name)
	}
	if len(o.without) > 0 {
		words = append(words, "--without="+strings.Join(o.without, ","))
	}
	if o.git {
		words = append(words, "--git")
	}
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}
