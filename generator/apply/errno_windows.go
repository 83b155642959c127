package apply

import (
	"errors"
	"syscall"
)

// The error numbers of Windows that package syscall does not name.
const (
	errorWriteProtect     = syscall.Errno(19)
	errorNotSameDevice    = syscall.Errno(17)
	errorSharingViolation = syscall.Errno(32)
	errorHandleDiskFull   = syscall.Errno(39)
	errorDiskFull         = syscall.Errno(112)
	errorFilenameTooLong  = syscall.Errno(206)
)

func isDiskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull) || errors.Is(err, syscall.ENOSPC)
}

func isReadOnly(err error) bool {
	return errors.Is(err, errorWriteProtect) || errors.Is(err, syscall.EROFS)
}

func isNameTooLong(err error) bool {
	return errors.Is(err, errorFilenameTooLong) || errors.Is(err, syscall.ENAMETOOLONG)
}

func isCrossDevice(err error) bool {
	return errors.Is(err, errorNotSameDevice) || errors.Is(err, syscall.EXDEV)
}

// isShared reports whether err may pass once another program has closed a file.
func isShared(err error) bool {
	return errors.Is(err, syscall.ERROR_ACCESS_DENIED) || errors.Is(err, errorSharingViolation)
}
