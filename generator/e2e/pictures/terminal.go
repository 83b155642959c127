package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// The size of the terminal, in characters.
const (
	columns = 80
	lines   = 24
)

// A terminal is a shell on a pseudo-terminal, and the emulator that draws its
// screen and answers the questions that programs put to terminals.
type terminal struct {
	ctx    context.Context
	shell  *exec.Cmd
	pty    *os.File
	output chan []byte // closed when the shell is gone
	screen vt10x.Terminal
}

// openTerminal starts a shell in dir that finds programs in path only.
func openTerminal(ctx context.Context, dir, path string) (*terminal, error) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		return nil, err
	}
	t := &terminal{ctx: ctx, shell: exec.CommandContext(ctx, shell, "-i"), output: make(chan []byte)}
	t.shell.Dir = dir
	t.shell.Env = []string{"PATH=" + path, "HOME=" + dir, "TERM=xterm-256color", "PS1=\x1b[32m$\x1b[0m ", "LANG=C.UTF-8"}
	if t.pty, err = pty.StartWithSize(t.shell, &pty.Winsize{Rows: lines, Cols: columns}); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(shell), err)
	}
	t.screen = vt10x.New(vt10x.WithWriter(t.pty), vt10x.WithSize(columns, lines))
	go t.read()
	return t, nil
}

func (t *terminal) read() {
	defer close(t.output)
	for {
		p := make([]byte, 4096)
		n, err := t.pty.Read(p)
		if n > 0 {
			select {
			case t.output <- p[:n]:
			case <-t.ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (t *terminal) close() {
	t.shell.Process.Kill() // it asks for the next command
	for range t.output {
	}
	t.shell.Wait()
	t.pty.Close()
}

func (t *terminal) send(keys string) error {
	_, err := t.pty.WriteString(keys)
	return err
}

// rest is how long a program that is at rest has written nothing.
const rest = 250 * time.Millisecond

// wait draws what comes until text, which may have several lines, is on the
// screen and the program is at rest.
func (t *terminal) wait(text string) error {
	limit := time.NewTimer(30 * time.Second)
	defer limit.Stop()
	for {
		select {
		case p, open := <-t.output:
			if !open {
				return fmt.Errorf("the shell has ended:\n%s", t.text())
			}
			if _, err := t.screen.Write(p); err != nil {
				return err
			}
		case <-time.After(rest):
			if strings.Contains(t.text(), strings.TrimRight(text, " ")) {
				return nil
			}
		case <-limit.C:
			return fmt.Errorf("the terminal does not show %q:\n%s", text, t.text())
		case <-t.ctx.Done():
			return t.ctx.Err()
		}
	}
}

// text is the screen without the blank at the ends of lines.
func (t *terminal) text() string {
	var b strings.Builder
	for line := range strings.Lines(t.screen.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}
