//go:build !unix

package apply

import "os"

// keepOwner does nothing: a new file belongs to the user, as the old one does.
func keepOwner(*os.Root, string, os.FileInfo) {}

// isOurs takes every file for the user's: others cannot be told apart by std.
func isOurs(os.FileInfo) bool { return true }
