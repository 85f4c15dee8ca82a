// Package ui shows how a run goes.
//
// A command tells a [Report] what happens, in this order: what is asked for
// ([Report.Ask]), that it begins ([Report.Begin]), how each country's flag ended
// ([Report.Arrived], [Report.Settled]), and that it is over ([Report.End]). At
// any time there may be notes and pauses. The report counts, in a [Tally], and
// shows each message by one of three faces: beside a bar, where only what went
// wrong has a line; a line each, with --verbose; or a JSON object each, with
// --json.
//
// A download and a mirror say the same things in different words: see voice.
package ui
