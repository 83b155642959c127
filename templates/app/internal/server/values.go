package server

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
)

// The functions below make the set of a setting: each reads one kind of value
// into to, and its error says what would be right.

func address(to *string) func(string) error {
	return func(v string) error {
		if *to = v; v == "" {
			return nil
		}
		_, port, err := net.SplitHostPort(v)
		if err != nil {
			return errors.New("want host:port, such as :8080")
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return fmt.Errorf("port %q is not a number from 0 to 65535", port)
		}
		return nil
	}
}

func limit[T int | int64 | float64](to *T) func(string) error {
	return func(v string) error {
		n, err := strconv.ParseFloat(v, 64)
		switch {
		case err != nil || !(n >= 0 && n <= math.MaxInt32):
			return errors.New("want a number from 0 (no limit) to 2147483647")
		case float64(T(n)) != n:
			return errors.New("want a whole number")
		}
		*to = T(n)
		return nil
	}
}

func onOff(to *bool) func(string) error {
	return func(v string) (err error) {
		if *to, err = strconv.ParseBool(v); err != nil {
			return errors.New("want true or false")
		}
		return nil
	}
}

func level(to *slog.Level) func(string) error {
	return func(v string) error {
		if err := to.UnmarshalText([]byte(v)); err != nil {
			return errors.New("want debug, info, warn or error")
		}
		return nil
	}
}

func oneOf(to *string, words ...string) func(string) error {
	return func(v string) error {
		if *to = v; !slices.Contains(words, v) {
			return fmt.Errorf("want one of %s", strings.Join(words, ", "))
		}
		return nil
	}
}

func origins(to *[]string) func(string) error {
	return func(v string) error {
		var problems []error
		for part := range strings.SplitSeq(v, ",") {
			origin := strings.TrimSpace(part)
			if origin == "" {
				continue
			}
			if err := hub.CheckOrigin(origin); err != nil {
				problems = append(problems, err)
			}
			*to = append(*to, origin)
		}
		return errors.Join(problems...)
	}
}
