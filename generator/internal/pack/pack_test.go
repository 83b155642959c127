package pack

import "testing"

// Load says all that is wrong with a manifest, not the first fault only: who
// adds a feature edits one file and wants to hear everything about it.
func TestLoadReportsAllFaults(t *testing.T) {
	_, err := Load(fixtureFS(`
-- pack.json --
{
  "version": 1, "module": "example.com/app", "token": "theapp",
  "rename": {"AGENTS_app.md": "AGENTS.md"}, "reserved": ["/healthz", "healthz"], "private": ["*_test.go"],
  "slots": {
    "store": {"dir": "store", "onto": "data", "default": "disk", "choices": [
      {"name": "memory"}, {"name": "redis"}, {"name": "Postgres", "aliases": ["memory"]},
      {"name": "sqlite", "owns": ["store/memory/*", "store/lite/*"]}
    ]}
  },
  "features": {
    "docker": {"owns": ["Dockerfile", "deploy/**"]},
    "images": {"owns": ["Docker*", "store/memory/**"], "requires": ["docker", "images"]},
    "redis": {"sets": {"store": "memory"}},
    "cloud": {"sets": {"store": "paper", "shop": "open"}, "conflicts": ["sky"]}
  },
  "sets": {"app": ["**"], "kit": ["kit/**", "[a"]}
}
-- Dockerfile --
-- store/memory/memory.go --
-- store/shared.go --
`))
	if err == nil {
		t.Fatal("no fault was found")
	}
	equal(t, err.Error(), `
pack.json: choice "Postgres": a name is lower-case letters, digits and single dashes
pack.json: choice sqlite of slot store: has store/memory/memory.go, as choice memory of slot store does
pack.json: feature cloud: requires or conflicts with "sky", which is no other feature
pack.json: feature cloud: sets "shop", which is no slot
pack.json: feature cloud: sets slot store to "paper", which is not one of its choices
pack.json: feature docker: "deploy/**" matches no file
pack.json: feature images: owns Dockerfile, as feature docker does
pack.json: feature images: owns store/memory/memory.go, which belongs to choice memory of slot store
pack.json: feature images: requires or conflicts with "images", which is no other feature
pack.json: feature redis: is also a choice of slot store; a name means one thing
pack.json: private: "*_test.go" matches no file
pack.json: rename: "AGENTS_app.md" matches no file
pack.json: reserved: "healthz" is no glob of a route; it begins with a slash
pack.json: set kit: "[a" is no glob
pack.json: set kit: "kit/**" matches no file
pack.json: slot store: "store/Postgres/**" matches no file
pack.json: slot store: "store/lite/*" matches no file
pack.json: slot store: "store/redis/**" matches no file
pack.json: slot store: default "disk" is not one of its choices
pack.json: slot store: memory is a choice of slot store already; a name means one thing
pack.json: slot store: store/shared.go belongs to no choice, and store is left out of every project
`)
}

// A slip in a key of the manifest must not pass for a key that is not given.
func TestLoadKnowsEveryKey(t *testing.T) {
	for manifest, want := range map[string]string{
		`{"version": 1, "modul": "m"}`:                           `pack.json: json: unknown field "modul"`,
		`{"version": 1, "features": {"a": {"own": []}}}`:         `pack.json: json: unknown field "own"`,
		`{"version": 2}`:                                         `pack.json: version 2 is not known here; it is 1`,
		`{"version": 1, "module": "m", "token": "t"} {"more":1}`: `pack.json: text after the manifest; it is a single JSON object`,
		`{"version": 1`:                                          `pack.json: unexpected EOF`,
	} {
		_, err := Load(fixtureFS("-- pack.json --\n" + manifest))
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", manifest, err, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		glob, name string
		want       bool
	}{
		{"**", "a", true},
		{"**", "a/b/c", true},
		{"a/**", "a/b", true},
		{"a/**", "a/b/c", true},
		{"a/**", "a", false},
		{"a/**", "ab/c", false},
		{"**/c", "c", true},
		{"**/c", "a/b/c", true},
		{"**/c", "a/b/cc", false},
		{"a/**/c", "a/c", true},
		{"a/**/c", "a/b/b/c", true},
		{"*.md", "README.md", true},
		{"*.md", "docs/README.md", false},
		{"docs/*.md", "docs/a.md", true},
		{"docs/*", "docs", false},
		{"docs", "docs/a.md", false},
	} {
		if got := Match(c.glob, c.name); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.glob, c.name, got)
		}
	}
}

// The digest tells two templates apart, and nothing else.
func TestDigest(t *testing.T) {
	const one = "-- pack.json --\n{\"version\": 1, \"module\": \"m\", \"token\": \"theapp\", \"sets\": {\"app\": [\"**\"]}}\n"
	digest := func(archive string) string {
		d, err := fixture(t, archive).Digest()
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	a := digest(one + "-- a.txt --\nhello\n")
	if again := digest(one + "-- a.txt --\nhello\n"); again != a {
		t.Errorf("the same template has the digests %s and %s", a, again)
	}
	for _, other := range []string{"-- a.txt --\nhallo\n", "-- b.txt --\nhello\n", "-- a.txt --\nhello\n-- b.txt --\n"} {
		if digest(one+other) == a {
			t.Errorf("another template has the same digest:\n%s", other)
		}
	}
}
