// Package apply carries out plans. No other package writes to a user's tree.
//
// There are two kinds of trees and two promises.
//
// [New] makes a tree that was not there. All of it is written to a stage on the
// same file system and renamed into place: at any moment, also after a crash of
// the program, the target is absent or complete. An existing empty directory
// cannot be replaced (it may be a mount point, or the directory that the user's
// shell is in), so the stage lies inside it and its entries are renamed one by
// one; the first run after a crash in between takes back what it finds. Nothing
// is synced to the disk: the user has lost nothing when a power cut comes in the
// second after a project was generated, the command makes the same bytes again,
// and a sync for each file would take longer than everything else together.
//
// [Edit] changes a tree in which a user's work lies. It changes nothing unless
// every file is what the plan was made from, works through [os.Root] so that no
// symbolic link leads out of the tree, and keeps a journal: new contents and
// pre-images are on the disk, synced, before the first file changes, and each
// file changes by one rename. An error, a cancelled context or a crash at any
// moment leaves a tree that is as before, or complete, or brought back to one of
// the two by [Recover]. What was done can be taken back with [Undo].
//
// The journal lies in .wsgen/journal of the tree:
//
//	.gitignore   "*"
//	lock         held while a run is at work
//	pending/     the run at work, or one that was interrupted
//	NNNN.json    what Undo needs to take back a finished run: the inverse plan
//
// Errors are written for people: which path, what is wrong, what to do. [Refused]
// tells those that mean "nothing was tried" from those that mean "it failed".
// Either way nothing is left behind.
//
// All functions do I/O and may block as long as the file system does. Runs in
// one tree, of this or of another process, exclude each other: the second
// one gets [ErrBusy].
package apply
