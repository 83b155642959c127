package pack

import (
	"strings"
	"testing"
)

// slots is a pack with a slot whose directory has shared code, and one whose
// chosen files go up a directory.
const slots = `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "slots": {
    "store": {"dir": "kit/store", "default": "memory", "choices": [{"name": "memory"}, {"name": "redis"}]},
    "mount": {"dir": "kit/mount", "onto": "kit", "default": "std", "choices": [{"name": "std"}]}
  },
  "features": {"redis": {"sets": {"store": "redis"}}},
  "sets": {"app": ["**"]}
}
-- kit/kit.go --
// Package kit keeps things.
package kit

type Hub struct{}
-- kit/mount/std/mount.go --
package kit

import (
	"net/http"

	"example.com/app/kit"
)

// Mount mounts a kit.Hub.
func Mount(mux *http.ServeMux) *kit.Hub { return new(kit.Hub) }
-- kit/store/store.go --
package store

type Log interface{ Append(e Entry) error }

type Entry struct{ Data []byte }
-- kit/store/memory/memory.go --
package store

import (
	"sync"

	"example.com/app/kit/store"
	"example.com/app/kit/store/storetest"
)

// A Memory is a store.Log. The store. of store.memory stays.
type Memory struct {
	mu      sync.Mutex      // guards
	entries []store.Entry   // in order
	check   storetest.Suite // of it
}

var _ store.Log = (*Memory)(nil)

// Open opens it.
func Open(first store.Entry) (store.Log, error) { return &Memory{entries: []store.Entry{first}}, nil }
-- kit/store/memory/memory_test.go --
package store_test

import (
	"testing"

	shared "example.com/app/kit/store"
	"example.com/app/kit/store/memory"
	"example.com/app/kit/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func() (shared.Log, error) { return store.Open(shared.Entry{}) })
}
-- kit/store/redis/redis.go --
package store

import "example.com/app/kit/store"

func Open(first store.Entry) (store.Log, error) { return nil, nil }
-- kit/store/redis/lua/script.lua --
return 1
-- kit/store/storetest/suite.go --
package storetest

type Suite int
-- main.go --
package main

import (
	"net/http"

	kit "example.com/app/kit/mount/std"
	store "example.com/app/kit/store/memory"
)

func main() {
	kit.Mount(http.DefaultServeMux)
	store.Open(nil)
}
`

// The chosen files move to where the slot maps them, and become part of the
// package that is there: they no longer import it, and what they have from it
// is theirs. Who imported the default choice imports what was chosen, by its
// plain name. Who imported both imports one.
func TestRenderSlots(t *testing.T) {
	p := fixture(t, slots)
	equal(t, rendered(t, p), `
-- kit/kit.go --
// Package kit keeps things.
package kit

type Hub struct{}
-- kit/mount.go --
package kit

import "net/http"

// Mount mounts a Hub.
func Mount(mux *http.ServeMux) *Hub { return new(Hub) }
-- kit/store/memory.go --
package store

import (
	"sync"

	"example.com/my-app/kit/store/storetest"
)

// A Memory is a Log. The store. of store.memory stays.
type Memory struct {
	mu      sync.Mutex      // guards
	entries []Entry         // in order
	check   storetest.Suite // of it
}

var _ Log = (*Memory)(nil)

// Open opens it.
func Open(first Entry) (Log, error) { return &Memory{entries: []Entry{first}}, nil }
-- kit/store/memory_test.go --
package store_test

import (
	"testing"

	shared "example.com/my-app/kit/store"
	"example.com/my-app/kit/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func() (shared.Log, error) { return shared.Open(shared.Entry{}) })
}
-- kit/store/store.go --
package store

type Log interface{ Append(e Entry) error }

type Entry struct{ Data []byte }
-- kit/store/storetest/suite.go --
package storetest

type Suite int
-- main.go --
package main

import (
	"net/http"

	"example.com/my-app/kit"
	"example.com/my-app/kit/store"
)

func main() {
	kit.Mount(http.DefaultServeMux)
	store.Open(nil)
}
`)
	redis := rendered(t, p, "redis")
	for _, want := range []string{
		"-- kit/store/redis.go --\npackage store\n\nfunc Open(first Entry) (Log, error) { return nil, nil }\n",
		"-- kit/store/lua/script.lua --\n",
		"\t\"example.com/my-app/kit/store\"\n)\n\nfunc main() {",
	} {
		if !strings.Contains(redis, want) {
			t.Errorf("with redis, there should be\n%s\nin\n%s", want, redis)
		}
	}
	if strings.Contains(redis, "Memory") {
		t.Errorf("with redis, there should be nothing of memory in\n%s", redis)
	}
}

// Losing its qualifier, a name must not come to mean something else.
func TestMergeRefusesHiddenNames(t *testing.T) {
	for body, hidden := range map[string]string{
		"func f(Log int, x store.Log) {}":                                    "", // the scope of parameters is the body
		"func f(Log int) { var x store.Log; _ = x }":                         "Log",
		"func f() { Entry := store.Entry{}; _ = Entry }":                     "", // its scope begins behind the statement
		"func f() { Entry := 1; _ = Entry; _ = store.Entry{} }":              "Entry",
		"type Log struct{ store.Log }":                                       "Log",
		"type T struct{ Log store.Log }":                                     "", // a field hides nothing
		"func f() { store := struct{ Log int }{}; _ = store.Log }":           "", // not the package
		"func f() { _ = struct{ Entry store.Entry }{Entry: store.Entry{}} }": "",
	} {
		p := fixture(t, `
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "slots": {"store": {"dir": "store", "default": "memory", "choices": [{"name": "memory"}]}},
  "sets": {"app": ["**"]}
}
-- store/store.go --
package store
-- store/memory/memory.go --
package store

import "example.com/app/store"

var _ store.Log

`+body+"\n")
		_, err := render(t, p)
		switch {
		case hidden == "" && err != nil:
			t.Errorf("%s\n%v", body, err)
		case hidden != "" && (err == nil || !strings.Contains(err.Error(), "app/store/memory/memory.go: "+hidden+" of the package that this file is merged into is hidden by another "+hidden)):
			t.Errorf("%s\nshould hide %s; got %v", body, hidden, err)
		}
	}
}
