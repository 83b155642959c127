package apply

import "context"

// RecoverStep is Recover with a step hook.
func RecoverStep(dir string, step func(name string) error) error {
	return recoverDir(steps{context.Background(), dir, step}, dir)
}
