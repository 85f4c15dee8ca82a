package command

// Version is that of the project's programs: what --version prints and the
// User-Agent tells.
const Version = "0.1.0"
