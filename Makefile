.PHONY: run test test-all race mutants build bench gobench

# A hundred flags from the server inside the program.
run:
	go run ./cmd/flags -s LOCAL -al 100 -m 100

# What says within a minute whether the programs work.
test:
	go test -short ./...

# Also what takes longer: kills, seeds, browsers, retries that wait, a hundred
# thousand tasks. What takes minutes is in .ci/long.
test-all:
	go test -timeout 20m ./...

race:
	go test -race -timeout 20m ./...

# Whether the tests notice small changes of the code.
mutants:
	.ci/mutants

# Every program under cmd, into bin/: without C, so that they start faster and
# run on any machine of the kind, and without what cli has to write manual pages,
# which takes longer to start than the rest of it.
build:
	mkdir -p bin
	CGO_ENABLED=0 go build -tags urfave_cli_no_docs -o bin/ ./cmd/...

# This program beside curl, wget2 and aria2c, as far as they are installed, into
# memory where there is a directory for it: disks differ too much.
bench: build
	bin/flags bench --peers -m 5,16,100 $(if $(wildcard /dev/shm),--dir /dev/shm)

# Requests per second, allocations, time and memory of engine and server.
gobench:
	go test -run '^$$' -bench . ./downloader ./flags/flagserver
