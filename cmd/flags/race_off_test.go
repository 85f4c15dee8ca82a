//go:build !race

package main

// raceDetector reports whether the tests run under the race detector, where
// everything takes several times as long.
const raceDetector = false
