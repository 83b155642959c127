//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package apply

import (
	"os"
	"syscall"
)

// tryLock takes the lock on f or returns ErrBusy.
func tryLock(f *os.File) error {
	for {
		switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err {
		case syscall.EINTR:
		case syscall.EWOULDBLOCK:
			return ErrBusy
		default:
			return err
		}
	}
}

func unlock(f *os.File) { syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
