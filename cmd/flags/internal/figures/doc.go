// Package figures estimates what was measured several times, and writes it with
// as many digits as are known. Start at [NewEstimate] and [Ratio].
package figures
