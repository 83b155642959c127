package apply

import (
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// tryLock takes the lock on f or returns ErrBusy.
func tryLock(f *os.File) error {
	const (
		failImmediately = 1
		exclusive       = 2
		lockViolation   = syscall.Errno(33)
	)
	var at syscall.Overlapped
	at.OffsetHigh = 1 // beyond the content: who only reads the file is not kept out
	ok, _, err := lockFileEx.Call(f.Fd(), exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	switch {
	case ok != 0:
		return nil
	case err == lockViolation || err == syscall.ERROR_IO_PENDING:
		return ErrBusy
	}
	return err
}

// unlock does nothing: closing the file gives up the lock, no child shares it.
func unlock(*os.File) {}
