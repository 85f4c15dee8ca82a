// The search page. Whatever comes from the server or the URL becomes text,
// never markup.

const PAGE = 200; // characters asked for at a time
const PAUSE = 120; // milliseconds without a key before a search

const $ = (id) => document.getElementById(id);
const input = $('query');
const found = $('found');
const more = $('more');

let asking = new AbortController(); // the search under way
let shown = ''; // the query whose answer is shown or asked for
let committed = true; // whether the query has a place of its own in the history
let timer = 0;

// ask fetches characters from offset on, and how many there are in all.
async function ask(q, offset, signal) {
  const response = await fetch('/search?' + new URLSearchParams({ q, offset, limit: PAGE }), { signal });
  if (!response.ok) {
    throw new Error((await response.json()).detail.map((d) => d.msg).join('; '));
  }
  return { total: Number(response.headers.get('X-Total-Count')), characters: await response.json() };
}

// update shows the answer to the query. An answer that comes after the query
// has changed is dropped: its request is aborted.
async function update(q) {
  clearTimeout(timer);
  asking.abort();
  asking = new AbortController();
  shown = q;
  document.title = q.trim() ? `${q.trim().replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')} – Mojifinder` : 'Mojifinder';
  $('examples').hidden = q.trim() !== '';
  if (!q.trim()) {
    show(0, []);
    $('status').textContent = '';
    found.removeAttribute('aria-busy');
    return;
  }
  await load(q, 0, (total, characters) => {
    show(total, characters);
    window.scrollTo(0, 0);
  });
}

// load hands the page from offset on to then, or says what went wrong.
async function load(q, offset, then) {
  const { signal } = asking;
  found.setAttribute('aria-busy', 'true');
  try {
    const { total, characters } = await ask(q, offset, signal);
    signal.throwIfAborted();
    then(total, characters);
    $('status').textContent = counted(total);
  } catch (error) {
    if (signal.aborted) return; // another search is under way
    $('status').textContent = `The search failed: ${error.message}`;
  }
  found.removeAttribute('aria-busy');
}

const counted = (n) =>
  n === 0 ? 'No character has all these words in its name.' :
  n === 1 ? '1 character found' : `${n.toLocaleString('en')} characters found`;

function show(total, characters) {
  found.replaceChildren();
  append(total, characters);
}

function append(total, characters) {
  found.append(...characters.map(row));
  const rest = total - found.children.length;
  more.hidden = rest <= 0;
  more.textContent = `Show ${Math.min(rest, PAGE)} more of ${rest.toLocaleString('en')}`;
}

function row({ char, name }) {
  const li = $('character').content.cloneNode(true);
  const code = char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
  const glyph = li.querySelector('.char');
  glyph.textContent = visible(char);
  glyph.classList.toggle('blank', isBlank(char));
  glyph.classList.toggle('emoji', isEmoji(char));
  li.querySelector('.name').textContent = name;
  li.querySelector('.code').textContent = `U+${code}`;
  li.querySelector('button').dataset.char = char;
  return li;
}

// A mark needs something to stand on. A blank is outlined by the style sheet;
// unless it is a space it is no part of the page, as it might turn the text
// around it.
const visible = (char) => {
  if (isBlank(char) && !/^\p{Zs}/u.test(char)) return '';
  return /^\p{M}/u.test(char) ? '\u25CC' + char : char;
};
const isBlank = (char) => !isSign(char) && /^[\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{16FE4}\u{1D159}]/u.test(char);

// Signs that stand below a number are format characters with something to see.
const isSign = (char) => /^[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/u.test(char);

// Many text fonts have the faces too, in black and white.
const isEmoji = (char) => /^\p{Emoji_Presentation}/u.test(char);

// copy puts the character of a row on the clipboard and says so, to the eye
// at the row and to the ear in the status.
async function copy(button) {
  const { char } = button.dataset;
  const name = button.querySelector('.name').textContent;
  const ok = await write(char);
  $('copied').textContent = ok ? `Copied ${[visible(char), name].filter(Boolean).join(' ')}` : `Could not copy ${name}`;
  button.dataset.copied = ok ? 'Copied' : 'Not copied';
  $('copied').classList.add('shown');
  clearTimeout(copy.timer);
  copy.timer = setTimeout(() => $('copied').classList.remove('shown'), 2000);
  setTimeout(() => delete button.dataset.copied, 2000);
  commit();
}

// write uses the clipboard where there is one: browsers keep it from pages
// that came over plain HTTP from another machine.
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeSelected(text);
  }
}

function writeSelected(text) {
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  area.value = text;
  area.className = 'offscreen';
  document.body.append(area);
  area.select();
  const ok = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return ok;
}

// The URL follows the query. The first key after a commit makes an entry in
// the history, the keys after it change that entry.
function remember(q) {
  const url = q ? '/?' + new URLSearchParams({ q }) : '/';
  if (committed) history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  committed = false;
}

function commit() {
  committed = true;
}

function fromURL() {
  input.value = new URLSearchParams(location.search).get('q') ?? '';
  commit();
  return update(input.value);
}

function typed() {
  if (input.value === shown) return;
  remember(input.value);
  update(input.value);
}

input.addEventListener('input', (event) => {
  if (event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(typed, PAUSE);
});
input.addEventListener('compositionend', typed);
input.addEventListener('change', commit);

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  typed();
  commit();
});

found.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) copy(button);
});

more.addEventListener('click', () =>
  load(shown, found.children.length, (total, characters) => {
    const first = found.children.length;
    append(total, characters);
    found.children[first]?.querySelector('button').focus();
  }));

// move focuses the row that many rows on; above the first is the search box.
function move(by) {
  const rows = [...found.querySelectorAll('button'), ...(more.hidden ? [] : [more])];
  const at = rows.indexOf(document.activeElement);
  if (at + by < 0) input.focus();
  else rows[Math.min(at + by, rows.length - 1)]?.focus();
}

const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const inBox = event.target === input;
  const inList = found.contains(event.target) || event.target === more;
  if (event.key === '/' && !inBox || event.key === 'Escape' && inList) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (inList && event.key in steps || inBox && event.key === 'ArrowDown') {
    event.preventDefault();
    move(steps[event.key]);
  }
});

window.addEventListener('popstate', fromURL);
fromURL();
