module getflags/flags/flagserver/gen

go 1.26.8

require (
	eliasnaur.com/font v0.0.0-20230308162249-dd43949cb42d
	github.com/go-text/typesetting v0.3.5
)

require golang.org/x/image v0.47.0 // indirect
