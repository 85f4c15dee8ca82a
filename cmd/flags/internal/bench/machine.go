package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"getflags/cmd/flags/internal/ui"
)

// A Machine is where a report comes from.
type Machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processors int    `json:"processors"`
	Model      string `json:"model"` // of the processors; "" if unknown
	Go         string `json:"go"`
}

// ThisMachine is the one that the program runs on.
func ThisMachine() Machine {
	return Machine{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processorModel(), runtime.Version()}
}

// String is "linux/amd64, 2 processors (their model), go1.26".
func (m Machine) String() string {
	processors := ui.Plural(m.Processors, "processor")
	if m.Model != "" {
		processors += " (" + m.Model + ")"
	}
	return fmt.Sprintf("%s/%s, %s, %s", m.OS, m.Arch, processors, m.Go)
}

// processorModel is what Linux calls the processor, if it is Linux.
func processorModel() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(info)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return ""
}
