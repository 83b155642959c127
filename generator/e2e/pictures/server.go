package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"time"
)

// A server is the running chat.
type server struct {
	cmd *exec.Cmd
	url string
}

var announced = regexp.MustCompile(`listening on (http://[0-9.:]+)`)

// startServer runs the program bin on a free port.
func startServer(ctx context.Context, bin string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, bin)}
	s.cmd.Env = []string{"ADDR=127.0.0.1:0", "LOG_FORMAT=text"}
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if m := announced.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			go io.Copy(io.Discard, log)
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("the server does not listen"), s.cmd.Wait())
}

// stop ends the server as Ctrl-C would.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	kill := time.AfterFunc(20*time.Second, func() { s.cmd.Process.Kill() })
	defer kill.Stop()
	return s.cmd.Wait()
}
