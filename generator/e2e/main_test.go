package e2e

import (
	"fmt"
	"os"
	"testing"
)

// workDir is where projects and binaries are put while the tests run.
var workDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if workDir, err = os.MkdirTemp("", "wsgen-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(workDir)
	defer chromium.close()
	return m.Run()
}

// servers are the websocket servers that whatever can be seen from outside is
// the same on.
var servers = []string{"gorilla", "nhooyr", "gws"}

// onEachServer runs test on a project of each server.
func onEachServer(t *testing.T, test func(t *testing.T, server string)) {
	skipIfShort(t)
	t.Parallel()
	for _, server := range servers {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			test(t, server)
		})
	}
}

func skipIfShort(t testing.TB) {
	if testing.Short() {
		t.Skip("takes a whole project")
	}
}

// missing skips a test that needs a tool which is not there. On CI that is a
// failure: nobody would notice that the test does not run.
func missing(t testing.TB, tool, install string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: %s", tool, install)
	}
	t.Skipf("%s is missing: %s", tool, install)
}
