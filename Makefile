# Tools that are run, not linked: pinned here, and nowhere else.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
export STATICCHECK

.PHONY: all test tools lint unit e2e generate golden pictures bench

all: test

# All that has to pass before a change lands.
test: tools lint unit e2e

# Installs or names what the tests need.
tools:
	@.ci/tools

lint:
	@test -z "$$(gofmt -l cmd generator templates | tee /dev/stderr)" || { echo "run gofmt -w on these files" >&2; exit 1; }
	go vet ./...
	GOOS=windows go vet ./...
	GOOS=darwin go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff

# Tests of the generator and of the template, the race detector watching.
unit:
	go test -race $$(go list ./... | grep -v '/generator/e2e$$')

# Whole projects: rendered, checked, started, looked at in a browser.
e2e:
	go test -timeout 30m -v ./generator/e2e

# Renews the locks after go.mod has changed.
generate:
	go generate ./templates

# Renews the golden files. Read the diff as a reviewer would.
golden:
	go test ./generator ./cmd/wsgen -update

# Renews the pictures of the README.
pictures:
	go run ./generator/e2e/pictures

# Times wsgen itself.
bench:
	go test -run '^$$' -bench . -benchmem ./generator/...
