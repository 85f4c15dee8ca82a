package bench

import "getflags/cmd/flags/internal/options"

// Forms are those that a report can be written to a file in.
func Forms() []options.Form[*Report] {
	return []options.Form[*Report]{
		{Name: "json", Usage: "write the results to `FILE` as JSON", Make: anyName((*Report).JSON)},
		{Name: "csv", Usage: "write the results to `FILE` as comma-separated values", Make: anyName((*Report).CSV)},
		{Name: "markdown", Usage: "write the report to `FILE` as Markdown", Make: anyName((*Report).Markdown)},
		{Name: "plot", Usage: "draw time against m into `FILE`, .svg or .png", Make: (*Report).Plot, Extensions: []string{".svg", ".png"}},
	}
}

// anyName is a form that is the same whatever the file is called.
func anyName(form func(*Report) ([]byte, error)) func(*Report, string) ([]byte, error) {
	return func(r *Report, _ string) ([]byte, error) { return form(r) }
}
