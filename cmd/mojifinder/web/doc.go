// Package web serves a character index to browsers and programs. Start at
// [Server]; [Server.Handler] is the same for a server of one's own.
//
//	GET /              a page that searches as you type
//	GET /search?q=…    [{"char": "😸", "name": "GRINNING …"}, …]
//	GET /openapi.json  the description of the above, OpenAPI 3.1
//	GET /docs          that description as a page
//
// The answer to a search is the whole array, sorted by code point. It is
// written as it is made, in pieces of 32 KiB, so that a hundred thousand
// characters cost the server no more memory than ten; offset and limit pick a
// part of it, which is what the page asks for. A request that is not
// understood is answered with 422 and the errors as FastAPI gives them.
//
// All there is depends on the query and the version of Unicode alone, and is
// marked for caches accordingly. Pages load nothing from elsewhere, and their
// Content-Security-Policy forbids it.
package web
