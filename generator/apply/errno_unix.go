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
