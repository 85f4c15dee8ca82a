.PHONY: run test build bench race

# A hundred flags from the server inside the program.
run:
	go run ./cmd/flags -s LOCAL -al 100 -m 100

test:
	go test ./...

race:
	go test -race ./...

# Every program under cmd, into bin/: without C, so that they start faster and
# run on any machine of the kind.
build:
	mkdir -p bin
	CGO_ENABLED=0 go build -o bin/ ./cmd/...

# Requests per second and allocations of engine and server.
bench:
	go test -run '^$$' -bench . ./downloader ./flags/flagserver
