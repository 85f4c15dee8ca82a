// The page about the API: openapi.json, made readable. It knows the part of
// OpenAPI 3.1 that the document uses: operations, their query parameters,
// responses, and schemas by reference.

// h makes an element; strings among the children become text.
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const table = (heads, rows) =>
  h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell)))))));

// typeOf says "integer, at least 0" and the like.
function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.type === 'array') return `array of ${typeOf(schema.items)}`;
  const bounds = [
    schema.minimum !== undefined && `at least ${schema.minimum}`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
  ];
  return [schema.type, ...bounds].filter(Boolean).join(', ');
}

const parameterRow = (p) => [
  h('code', {}, p.name), typeOf(p.schema) + (p.required ? ', required' : ''), p.description ?? '',
];

function responseRow([status, response]) {
  const [[type, media] = []] = Object.entries(response.content ?? {});
  return [h('code', {}, status), media ? `${typeOf(media.schema)} (${type})` : '', response.description];
}

const headerRow = ([name, header]) => [h('code', {}, name), header.description];

function operation(path, method, op) {
  const headers = Object.entries(op.responses[200]?.headers ?? {});
  return h('section', { class: 'operation' },
    h('h2', {}, h('code', { class: 'method' }, method.toUpperCase()), ' ', h('code', {}, path)),
    h('p', {}, h('strong', {}, op.summary), h('br', {}), op.description),
    h('h3', {}, 'Parameters'),
    table(['Name', 'Type', 'Meaning'], op.parameters.map(parameterRow)),
    h('h3', {}, 'Responses'),
    table(['Status', 'Body', 'Meaning'], Object.entries(op.responses).map(responseRow)),
    headers.length ? h('h3', {}, 'Response headers') : undefined,
    headers.length ? table(['Name', 'Meaning'], headers.map(headerRow)) : undefined,
    h('h3', {}, 'Try it'),
    trial(path, op.parameters));
}

// trial is a form that sends the request and shows what comes back.
function trial(path, parameters) {
  const out = h('pre', { 'aria-live': 'polite', hidden: '', tabindex: '0', 'aria-label': 'Response' });
  const fields = parameters.map((p) =>
    h('label', {}, p.name, h('input', { name: p.name, value: p.example ?? '', autocomplete: 'off' })));
  const form = h('form', { class: 'try' }, ...fields, h('button', {}, 'Send'), out);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(path, new FormData(form), out);
  });
  return form;
}

const LONGEST = 4000; // characters of a body worth showing

async function send(path, data, out) {
  const given = [...data].filter(([, value]) => value !== '');
  const url = `${path}?${new URLSearchParams(given)}`;
  out.hidden = false;
  try {
    const response = await fetch(url);
    const body = await response.text();
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const rest = body.length - LONGEST;
    out.textContent = `GET ${url}\n\n${response.status} ${response.statusText}\n${headers}\n\n` +
      body.slice(0, LONGEST) + (rest > 0 ? `\n… and ${rest} characters more` : '');
  } catch (error) {
    out.textContent = `GET ${url}\n\n${error.message}`;
  }
}

const schema = ([name, s]) => h('section', {},
  h('h3', {}, h('code', {}, name)),
  h('p', {}, s.description ?? ''),
  table(['Field', 'Type', 'Meaning'], Object.entries(s.properties).map(([field, p]) =>
    [h('code', {}, field), typeOf(p), p.description ?? ''])));

function render(api) {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => operation(path, method, op)));
  return [
    h('p', {}, api.info.description),
    ...operations,
    h('h2', {}, 'Schemas'),
    ...Object.entries(api.components.schemas).map(schema),
  ];
}

const main = document.getElementById('api');
try {
  const response = await fetch('/openapi.json');
  main.append(...render(await response.json()));
} catch (error) {
  main.append(h('p', { role: 'alert' }, `openapi.json did not load: ${error.message}`));
}
main.removeAttribute('aria-busy');
