// Command pictures makes the pictures of the README anew: a recording of
// `wsgen new`, and photographs of the chat that it made. It runs the real
// programs and needs chromium. Run it with
//
//	go run ./generator/e2e/pictures
//
// session.svg comes out the same, byte for byte, as long as wsgen says the same.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// run makes all pictures, in a directory of its own, and only then puts them
// into the repository.
func run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	root, err := repository(ctx)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "wsgen-pictures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	bin, home := filepath.Join(work, "bin"), filepath.Join(work, "home")
	if err := errors.Join(os.Mkdir(bin, 0o755), os.Mkdir(home, 0o755)); err != nil {
		return err
	}
	if err := goBuild(ctx, root, filepath.Join(bin, "wsgen"), "./cmd/wsgen"); err != nil {
		return err
	}
	frames, err := recordSession(ctx, home, bin)
	if err != nil {
		return fmt.Errorf("session.svg: %w", err)
	}
	server := filepath.Join(bin, "chat")
	if err := goBuild(ctx, filepath.Join(home, "chat"), server, "./cmd/chat"); err != nil {
		return err
	}
	light, dark, err := photograph(ctx, server, work)
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}

	for _, picture := range []struct {
		name  string
		data  []byte
		limit int // bytes: who opens the README loads all of them
	}{
		{"session.svg", movie("wsgen new", frames), 150 << 10},
		{"chat-light.png", light, 100 << 10},
		{"chat-dark.png", dark, 200 << 10},
	} {
		if len(picture.data) > picture.limit {
			return fmt.Errorf("%s has %d bytes, more than %d", picture.name, len(picture.data), picture.limit)
		}
		path := filepath.Join(root, ".github", "pictures", picture.name)
		if err := os.WriteFile(path, picture.data, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d KB\n", picture.name, (len(picture.data)+1023)>>10)
	}
	return nil
}

// repository returns the root of the repository that the working directory is in.
func repository(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	return strings.TrimSpace(string(out)), err
}

func goBuild(ctx context.Context, dir, out, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, &stderr)
	}
	return nil
}
