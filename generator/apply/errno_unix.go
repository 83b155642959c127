//go:build !windows

package apply

import (
	"errors"
	"syscall"
)

func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

func isNameTooLong(err error) bool { return errors.Is(err, syscall.ENAMETOOLONG) }

func isCrossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }

// isShared reports whether err may pass once another program has closed a file.
// Here files may be renamed while they are open.
func isShared(error) bool { return false }
