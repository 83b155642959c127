//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package apply

import (
	"errors"
	"os"
)

// tryLock takes no lock: the system has none that std offers.
func tryLock(*os.File) error { return errors.ErrUnsupported }

func unlock(*os.File) {}
