'use strict';
// The model: what the lines of the page's data say, arranged for drawing.
// Times are nanoseconds from the start of the trace.

const SLOTS = 0, SLOTWAIT = 1, PAUSES = 2, DIALS = 3, QUEUE = 4, WRITERS = 5;

// read takes the data apart, a line at a time. The last line of a page that
// was cut off is no JSON, and left out.
function read(text) {
  const values = [];
  for (const line of text.split('\n')) {
    if (!line) continue;
    try { values.push(JSON.parse(line)); } catch { break; }
  }
  return values;
}

function makeModel(text) {
  const [info, ...rows] = read(text);
  const events = rows.map(r => makeEvent(info, r)).sort((a, b) => a.start - b.start);
  const model = { info, events, groups: [], end: 1 };
  for (let g = SLOTS; g <= WRITERS; g++) model.groups.push({ id: g, events: [], lanes: [] });
  for (const e of events) {
    const group = model.groups[e.group];
    group.events.push(e);
    while (group.lanes.length <= e.lane) group.lanes.push([]);
    group.lanes[e.lane].push(e);
    model.end = Math.max(model.end, e.end);
  }
  while (model.groups[SLOTS].lanes.length < info.max && info.max <= 1000) model.groups[SLOTS].lanes.push([]);
  for (const group of model.groups) group.count = counted(group.events);
  model.requests = events.filter(e => e.kind === 'request');
  model.inFlight = counted(model.requests);
  model.waiting = levels(events.filter(e => e.kind === 'queue' || e.kind === 'write' || e.kind === 'rename'));
  return model;
}

function makeEvent(info, r) {
  const [group, lane, kind, start, took, task, url, error, attempt, bytes, before, after,
    status, connected, wrote, first, hops, reused] = r;
  return { group, lane, kind: info.kinds[kind], start, end: start + took, task, url, error, attempt, bytes,
    before, after, status, connected, wrote, first, hops, reused };
}

// levels is the curve that events tell of: its height just after each of
// their starts and ends.
function levels(events) {
  const steps = [[0, 0]];
  for (const e of events) steps.push([e.start, e.before], [e.end, e.after]);
  return curve(steps.sort((a, b) => a[0] - b[0]));
}

// counted is the curve of how many events are under way.
function counted(events) {
  const steps = [];
  for (const e of events) steps.push([e.start, 1], [e.end, -1]);
  steps.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let n = 0;
  return curve([[0, 0], ...steps.map(([at, by]) => [at, n += by])]);
}

function curve(steps) {
  const top = steps.reduce((most, s) => Math.max(most, s[1]), 0);
  return { at: steps.map(s => s[0]), height: steps.map(s => s[1]), top };
}

// after is the first place in a sorted list whose value is more than x.
function after(list, x, value = v => v) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(list[middle]) > x) high = middle; else low = middle + 1;
  }
  return low;
}

function heightAt(curve, t) {
  const i = after(curve.at, t);
  return i ? curve.height[i - 1] : 0;
}

// failed: 404 is an answer, whatever else went wrong is not.
const failed = e => e.error !== '' && e.status !== 404;

// phases are a request's parts, and of anything else the whole.
function phases(e) {
  if (e.kind !== 'request') return [{ kind: e.kind, start: e.start, end: e.end }];
  const list = [{ kind: 'connect', start: e.start, end: e.end }];
  const next = (kind, offset) => {
    if (offset < 0) return;
    list[list.length - 1].end = e.start + offset;
    list.push({ kind, start: e.start + offset, end: e.end });
  };
  next('first', e.connected);
  next('body', e.first);
  return list;
}

function duration(ns) {
  const digits = (x, unit) => (x < 10 ? x.toFixed(2) : x < 100 ? x.toFixed(1) : x.toFixed(0)) + ' ' + unit;
  if (ns < 999.5) return Math.round(ns) + ' ns';
  if (ns < 999.5e3) return digits(ns / 1e3, 'µs');
  if (ns < 999.5e6) return digits(ns / 1e6, 'ms');
  if (ns < 600e9) return digits(ns / 1e9, 's');
  return digits(ns / 60e9, 'min');
}

const grouped = n => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

function size(bytes) {
  if (bytes < 10000) return grouped(bytes) + ' B';
  for (const unit of ['kB', 'MB', 'GB']) {
    bytes /= 1000;
    if (bytes < 1000) return (bytes < 10 ? bytes.toFixed(1) : bytes.toFixed(0)) + ' ' + unit;
  }
  return grouped(bytes) + ' GB';
}

const many = (n, noun) => n === 1 ? '1 ' + noun : grouped(n) + ' ' + noun + 's';

function headline(m) {
  const took = m.requests.reduce((end, e) => Math.max(end, e.end), 0) - (m.requests[0]?.start ?? 0);
  return `${many(m.requests.length, 'request')}, at most ${m.info.max} at once, in ${duration(Math.max(0, took))}`;
}

// summary says in words what the picture shows.
function summary(m) {
  if (!m.requests.length) return 'No request was made.';
  const first = m.requests[0].start;
  const last = m.requests.reduce((end, e) => Math.max(end, e.end), 0);
  const busy = m.requests.reduce((sum, e) => sum + e.end - e.start, 0);
  const words = [];
  const add = (n, text) => { if (n) words.push(text); };
  words.push(`The most at once were ${m.inFlight.top}`);
  words.push(`on average the slots were ${Math.round(100 * busy / Math.max(1, (last - first) * m.info.max))} % in use`);
  const anew = m.requests.filter(e => e.attempt > 1).length;
  add(anew, `${many(anew, 'request')} ${anew === 1 ? 'was a repetition' : 'were repetitions'}`);
  const bad = m.requests.filter(failed).length;
  add(bad, `${bad} failed`);
  add(m.waiting.top, `up to ${size(m.waiting.top)} waited for the disk`);
  const written = m.groups[WRITERS].events.reduce((end, e) => Math.max(end, e.end), 0);
  add(written - last > (last - first) / 50, `the last file was in place ${duration(written - last)} after the last byte`);
  return words.join('; ') + '.';
}
