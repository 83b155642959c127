//go:build unix

package apply

import (
	"os"
	"syscall"
)

// keepOwner gives the file name the owner and group of the file that it is to
// replace, where the user may do so: under sudo, a file that is edited stays the user's.
func keepOwner(root *os.Root, name string, of os.FileInfo) {
	want, ok := of.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	info, err := root.Lstat(name)
	if err != nil {
		return
	}
	if have, ok := info.Sys().(*syscall.Stat_t); ok && (have.Uid != want.Uid || have.Gid != want.Gid) {
		root.Lchown(name, int(want.Uid), int(want.Gid))
	}
}

// isOurs reports whether the user owns the file.
func isOurs(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}
